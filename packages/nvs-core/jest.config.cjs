module.exports = { ...require('../../jest.preset.cjs'), displayName: 'nvs-core' };
