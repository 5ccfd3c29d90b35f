module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: 'tools',
  testPathIgnorePatterns: ['<rootDir>/testing/', '<rootDir>/esp-emulator/'],
};
