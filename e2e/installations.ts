/** How a user may have installed Nx: with which package manager, on which Node. */
export interface Installation {
  readonly nx: string;
  readonly node: string;
  readonly manager: ManagerName;
  /** Its version. */
  readonly managerVersion: string;
  /** With @nx/js too, which brings @nx/devkit along. */
  readonly js?: boolean;
  /** Whether it may be left out where it does not install. */
  readonly optional?: boolean;
}

export type ManagerName = 'npm' | 'pnpm' | 'yarn';

/**
 * Each package manager, Node and Nx that we support at least once; the newest of each major version of Nx at which every
 * package installs. e2e/matrix.ts tries all combinations: docs/installation.md.
 */
export const INSTALLATIONS: readonly Installation[] = [
  { nx: '20.8.4', node: '20.19.6', manager: 'npm', managerVersion: '10.9.9', js: true },
  { nx: '21.6.11', node: '22.23.3', manager: 'yarn', managerVersion: '1.22.22' },
  { nx: '22.7.12', node: '24.21.0', manager: 'pnpm', managerVersion: '10.34.9' },
  { nx: '23.2.1', node: '24.21.0', manager: 'npm', managerVersion: '11.21.2' },
  { nx: '23.2.1', node: '20.19.6', manager: 'pnpm', managerVersion: '12.21.0' },
  { nx: '24.0.0', node: '26.10.0', manager: 'npm', managerVersion: '11.21.2', optional: true },
  { nx: '22.7.12', node: '22.23.3', manager: 'yarn', managerVersion: '4.18.1' },
];

export function nameOf({ nx, node, manager, managerVersion, js = false }: Installation): string {
  return `Nx ${nx}${js ? ' with @nx/js' : ''}, ${manager} ${managerVersion}, Node ${node}`;
}

/** Those that E2E_NX, a version of Nx, leaves. */
export function chosenInstallations(): Installation[] {
  const { E2E_NX } = process.env;
  return INSTALLATIONS.filter(({ nx }) => E2E_NX === undefined || nx === E2E_NX);
}

/** The installation on which everything is tried, not only the way of a new user. */
export const FULL = npmWith('23.2.1');

/** The installation of a version of Nx with npm. */
export function npmWith(version: string): Installation {
  const found = INSTALLATIONS.find(({ nx, manager }) => nx === version && manager === 'npm');
  if (found === undefined) throw new Error(`no installation has Nx ${version} with npm`);
  return found;
}
