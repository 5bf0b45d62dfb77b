#!/bin/sh
: "${NPM_TOKEN:?is not set}"
npm publish
