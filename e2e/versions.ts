/** The newest of each major version of Nx at which every package installs, and whether it may be left out. */
export const NX_VERSIONS = [
  { version: '20.8.4', optional: false },
  { version: '21.6.11', optional: false },
  { version: '22.7.12', optional: false },
  { version: '23.2.1', optional: false },
  { version: '24.0.0', optional: true },
] as const;

/** The version on which everything is tried, not only the way of a new user. */
export const FULL_VERSION = '23.2.1';
