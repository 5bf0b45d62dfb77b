module.exports = {
  npm: {
    publish: true,
  },
};
