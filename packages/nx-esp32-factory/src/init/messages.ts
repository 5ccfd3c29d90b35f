import { outputPathOf } from '../config';
import { joinPath } from '../firmware';
import { DEVELOPMENT_FILES } from '../inputs';
import type { App } from './app-folder';
import type { Commands } from './commands';
import { CREDENTIALS_FOLDER, type CredentialPlan } from './credentials';

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
  commands: Commands,
  app: App,
  {
    credentials,
    store = CREDENTIALS_FOLDER,
    isLocal,
    rebuild,
  }: {
    readonly credentials: CredentialPlan['kind'] | undefined;
    /** The folder of the credentials, relative to the workspace. */
    readonly store: string | undefined;
    /** Whether git ignores it. */
    readonly isLocal: boolean;
    readonly rebuild: boolean;
  },
): string {
  const folder = commands.path(app.root);
  const trust =
    credentials === 'generated'
      ? [
          '',
          ...(isLocal
            ? [
                'Git ignores the credentials: each clone makes its own, with the ids of the config:',
                `  ${commands.init(app, '--credentials')}`,
              ]
            : ['Commit the credentials, too: the keys are for development only, and a clone needs them.']),
          '',
          'Commission it with chip-tool, which must trust the generated PAA:',
          `  --paa-trust-store-path ${commands.path(joinPath(store, DEVELOPMENT_FILES.paaTrustStore))}`,
        ]
      : [];
  return [
    'Next:',
    ...(credentials === 'none' ? ['  add the credentials at the paths in the config'] : []),
    `  ${commands.image(app)}`,
    `      makes partition.bin, the QR code and the manual code in ${commands.path(outputPathOf(app.root, undefined))}`,
    ...(rebuild
      ? [
          `  idf.py${folder === '.' ? '' : ` -C ${folder}`} build flash`,
          '      builds and flashes the firmware with its new settings and partition table',
        ]
      : []),
    `  ${commands.flash(app)}`,
    '      shows the esptool command for the address of its partition; without the last option it writes to the board',
    ...trust,
  ].join('\n');
}
