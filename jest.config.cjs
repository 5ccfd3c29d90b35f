/** All of the tests of all projects, for `npx jest PATTERN`; `npm test` runs and caches them project by project. */
const { join } = require('node:path');

const folders = [
  'packages/nvs-core',
  'packages/nx-esp32-factory',
  'tools',
  'tools/testing',
  'tools/esp-emulator',
];

module.exports = {
  projects: folders.map((folder) => {
    // Jest allows these in the root configuration only.
    const { reporters, maxWorkers, ...config } = require(`./${folder}/jest.config.cjs`);
    return { ...config, rootDir: join(__dirname, folder) };
  }),
};
