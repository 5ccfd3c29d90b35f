/** The slower tiers: `jest -c jest.tiers.cjs --selectProjects NAME`. CONTRIBUTING.md says what each needs. */
const { reporters, setupFiles, ...preset } = require('./jest.preset.cjs');

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
    // Of the tiers unit, int and stress, by name.
    tier('attack', {
      roots: ['<rootDir>/packages', '<rootDir>/tools'],
      testRegex: 'attack\\.(unit|int|stress)\\.test\\.ts$',
    }),
    tier('e2e', {
      roots: ['<rootDir>/e2e'],
      globalSetup: '<rootDir>/e2e/global-setup.ts',
      globalTeardown: '<rootDir>/e2e/global-teardown.ts',
    }),
  ],
};
