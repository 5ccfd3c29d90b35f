export { choosePreset, type Preset, readPresets } from './presets';
