/** What all tests have in common; each project's jest.config.cjs runs its own, jest.tiers.cjs the slower tiers. */
const { join } = require('node:path');

const swc = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
  module: { type: 'commonjs' },
};

module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@nx-esp32-factory/source', 'node', 'require', 'default'],
  },
  /** x.unit.test.ts, and x.int.test.ts, which starts processes. */
  testRegex: '\\.(unit|int)\\.test\\.ts$',
  modulePathIgnorePatterns: ['/dist/', '/out-tsc/', '/generators/[^/]+/files/'],
  transform: { '^.+\\.[cm]?[tj]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: ['/node_modules/(?!@noble/|qr/)'],
  globalSetup: join(__dirname, 'tools/testing/environment.cjs'),
  setupFiles: [join(__dirname, 'tools/codes/record.ts')],
  reporters: ['default', join(__dirname, 'tools/codes/reporter.cjs')],
};
