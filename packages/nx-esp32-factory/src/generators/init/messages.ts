import { detectPackageManager, getPackageManagerCommand, type Tree } from '@nx/devkit';
import { outputPathOf } from '../../config';
import { joinPath } from '../../firmware';
import { CREDENTIALS_FOLDER, type CredentialPlan } from './credentials';
import type { App } from './project';

/** The removed and added lines of a file, with "-" and "+" before them; empty if it does not change. */
export function changedLines(before: string, after: string): string[] {
  const lines = (text: string) => text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const [old, now] = [lines(before), lines(after)];
  return [
    ...without(old, now).map((line) => `  - ${line}`),
    ...without(now, old).map((line) => `  + ${line}`),
  ];
}

/** The lines of one list that are missing in the other, each as often as it is missing. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

/** The next steps after setting up an app. */
export function nextSteps(
  tree: Tree,
  app: App,
  { credentials, rebuild }: { readonly credentials: CredentialPlan | undefined; readonly rebuild: boolean },
): string {
  const exec = execOf(tree);
  const trust =
    credentials?.kind === 'generated'
      ? [
          '',
          'Commission it with chip-tool, which must trust the generated PAA:',
          `  --paa-trust-store-path ${joinPath(app.root, `${CREDENTIALS_FOLDER}/paa-trust-store`)}`,
        ]
      : [];
  return [
    'Next:',
    ...(credentials?.kind === 'none' ? ['  add the credentials at the paths in the config'] : []),
    `  ${exec} nx run ${app.name}:factory-image`,
    `      makes partition.bin, the QR code and the manual code in ${outputPathOf(app.root, undefined)}`,
    ...(rebuild
      ? [
          `  idf.py${app.root === '.' ? '' : ` -C ${app.root}`} build flash`,
          '      builds and flashes the firmware with its new settings and partition table',
        ]
      : []),
    `  ${exec} nx run ${app.name}:factory-flash --dryRun`,
    '      shows the esptool command for the address of its partition; without --dryRun it writes to the board',
    ...trust,
  ].join('\n');
}

const SHOWN_APPS = 8;

/** The next steps after registering the plugin; `apps` are the apps without a config. */
export function stepsWithoutApp(tree: Tree, apps: readonly string[]): string {
  const command = `  ${execOf(tree)} nx g nx-esp32-factory:init`;
  const more = apps.length > SHOWN_APPS ? [`  and ${apps.length - SHOWN_APPS} more`] : [];
  return apps.length === 0
    ? `The plugin is registered. For each ESP-Matter app, by its name or folder:\n${command} <app>`
    : ['Next:', ...apps.slice(0, SHOWN_APPS).map((app) => `${command} ${app}`), ...more].join('\n');
}

function execOf(tree: Tree): string {
  return getPackageManagerCommand(detectPackageManager(tree.root)).exec;
}
