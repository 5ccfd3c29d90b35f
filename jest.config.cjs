const swc = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
  module: { type: 'commonjs' },
};

/** One tier of tests is one suffix: x.unit.test.ts, x.int.test.ts (spawns Nx or the command), ... */
const tier = process.env.TEST_TIER ?? '(unit|int)';

module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@nx-esp32-factory/source', 'node', 'require', 'default'],
  },
  ...(tier === 'e2e'
    ? {
        globalSetup: './e2e/global-setup.ts',
        globalTeardown: './e2e/global-teardown.ts',
        testTimeout: 120_000,
      }
    : {}),
  ...(process.env.TEST_TIER === undefined
    ? {
        setupFiles: ['<rootDir>/tools/testing/record-codes.ts'],
        reporters: ['default', '<rootDir>/tools/testing/codes-reporter.cjs'],
      }
    : {}),
  testRegex: `\\.${tier}\\.test\\.ts$`,
  roots: ['<rootDir>/packages', '<rootDir>/tools', '<rootDir>/e2e'].filter((dir) =>
    require('node:fs').existsSync(dir.replace('<rootDir>', __dirname)),
  ),
  modulePathIgnorePatterns: ['/dist/', '/generators/[^/]+/files/'],
  transform: { '^.+\\.[cm]?[tj]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: ['/node_modules/(?!@noble/)'],
};
