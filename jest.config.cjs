/** All of the tests of all projects, for `npx jest PATTERN`; `npm test` runs and caches them project by project. */
module.exports = {
  projects: ['packages/*', 'tools', 'tools/testing', 'tools/esp-emulator'].map(
    (folder) => `<rootDir>/${folder}`,
  ),
};
