module.exports = { ...require('../../jest.preset.cjs'), displayName: 'nx-esp32-factory', maxWorkers: 2 };
