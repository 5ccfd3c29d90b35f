module.exports = { ...require('../../jest.preset.cjs'), displayName: 'esp-emulator' };
