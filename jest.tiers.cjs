/** The slower tiers: `jest -c jest.tiers.cjs --selectProjects NAME`. CONTRIBUTING.md says what each needs. */
const { reporters, setupFiles, ...preset } = require('./jest.preset.cjs');
const { promises } = require('./tools/testing/promises.cjs');

const tier = (name, options) => ({
  ...preset,
  displayName: name,
  testRegex: `\\.${name}\\.test\\.ts$`,
  ...options,
});

module.exports = {
  // Of all projects: Jest ignores the timeout of one.
  testTimeout: 120_000,
  projects: [
    tier('peer', { roots: ['<rootDir>/packages', '<rootDir>/tools'] }),
    tier('sdk', { roots: ['<rootDir>/packages', '<rootDir>/tools'] }),
    tier('stress', { roots: ['<rootDir>/packages', '<rootDir>/tools'] }),
    // The tests of the promises in docs/security.md, of the tiers unit, int and stress.
    tier('attack', {
      roots: ['<rootDir>/packages', '<rootDir>/tools'],
      testRegex: promises()
        .flatMap(({ tests }) => tests)
        .filter((path) => !/\.(peer|e2e)\./.test(path))
        .map((path) => `/${path.replaceAll('.', '\\.')}$`),
    }),
    tier('e2e', {
      roots: ['<rootDir>/e2e'],
      globalSetup: '<rootDir>/e2e/global-setup.ts',
      globalTeardown: '<rootDir>/e2e/global-teardown.ts',
    }),
  ],
};
