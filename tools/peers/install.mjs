// Installs what the tests of the tiers "peer" and "sdk" compare with: Python tools, each in its own virtual environment
// in .venvs, and matter.js. What is there already stays.
//
// node tools/peers/install.mjs [--try] [NAME...]    NAME of requirements-NAME.txt, or "matter"; all but "sdk" unless named.
// With --try, what cannot be installed is reported and is no failure: its tests are skipped, or fail in CI.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const venvs = resolve(folder, '../../.venvs');
const isWindows = process.platform === 'win32';
const names = readdirSync(folder).flatMap((file) => /^requirements-(.+)\.txt$/.exec(file)?.[1] ?? []);
const known = [...names.sort(), 'matter'];

const mayFail = process.argv[2] === '--try';
const requested = process.argv.slice(mayFail ? 3 : 2);
const unknown = requested.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`there is no peer "${unknown}"; there are ${known.join(', ')}`);
  process.exit(1);
}
// The Matter SDK exists for few machines.
const usual = known.filter((name) => name !== 'sdk');
for (const name of requested.length === 0 ? usual : requested) {
  const [source, installed, install] =
    name === 'matter'
      ? [
          join(folder, 'matter/package-lock.json'),
          join(folder, 'matter/node_modules/.installed'),
          installMatter,
        ]
      : [join(folder, `requirements-${name}.txt`), join(venvs, name, '.installed'), installPython];
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(source))) continue;
  console.log(`installing ${name}`);
  try {
    install(name, source);
    // Written last: what was left half done is made anew.
    copyFileSync(source, installed);
  } catch (error) {
    console.error(`${name} cannot be installed: ${error.message}`);
    if (!mayFail) process.exit(1);
  }
}

function installPython(name, requirements) {
  const venv = join(venvs, name);
  rmSync(venv, { recursive: true, force: true });
  run(process.env.PYTHON ?? (isWindows ? 'python' : 'python3'), ['-m', 'venv', venv]);
  const python = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');
  // A list with hashes is complete.
  const pinned = readFileSync(requirements, 'utf8').includes('--hash=') ? ['--no-deps'] : [];
  run(python, [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
    ...pinned,
    ...['-r', requirements],
  ]);
}

function installMatter() {
  // npm is a script, which Windows runs in a shell only.
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: join(folder, 'matter'), shell: isWindows });
}

function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}`);
}
