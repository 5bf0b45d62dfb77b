export function manifestOf(cpu, version) {
  return { name: `@acme/logger-linux-${cpu}`, version, os: ["linux"], cpu: [cpu] };
}
