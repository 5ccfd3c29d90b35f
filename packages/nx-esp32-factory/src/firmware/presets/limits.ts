/** More than this is not in the presets of a project: items are those of a list in a condition, characters those of a value. */
export const MAX = {
  files: 64,
  includes: 64,
  presets: 1000,
  parents: 64,
  variables: 1000,
  items: 1000,
  depth: 32,
  characters: 8192,
};
