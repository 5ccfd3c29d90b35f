// Measures what the plugin adds to building the project graph of 500 apps: createNodes in a separate process, including
// loading, and `nx show projects` with and without the plugin, alternating. The run without it uses a plugin that only
// repeats its result, since 500 projects cost Nx time by themselves. Fails if a median is over the limit. Run
// "npm run build" first.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const APPS = Number(process.env.BENCH_APPS ?? 500);
const LIMIT = 150;
const TIMES = 15;

const REPEATING = 'bench-repeating-plugin';
const REPEATING_PLUGIN = `const nodes = ['**/factory*.config.json', async () => require('./nodes.json')];
module.exports = { name: 'repeating', createNodes: nodes, createNodesV2: nodes };
`;

const script = fileURLToPath(import.meta.url);
const repository = resolve(dirname(script), '..');
const require = createRequire(import.meta.url);
const PLUGIN = join(repository, 'packages/nx-esp32-factory/dist/plugin/index.js');

if (!existsSync(PLUGIN)) {
  console.error('dist/ does not exist: run "npm run build"');
  process.exit(1);
}
if (process.argv[2] === '--once') await once(process.argv[3], process.argv[4]);
else main();

/** Runs in a separate process: writes the result of createNodes, and prints its time. */
async function once(workspaceRoot, output) {
  const configs = Array.from({ length: APPS }, (_, index) => `apps/app-${index}/factory.config.json`);
  const start = performance.now();
  const { createNodesV2 } = require(PLUGIN);
  const results = await createNodesV2[1](configs, {}, { workspaceRoot, nxJsonConfiguration: {} });
  console.log(performance.now() - start);
  writeFileSync(output, JSON.stringify(results));
}

function main() {
  const root = mkdtempSync(join(tmpdir(), 'bench-create-nodes-'));
  try {
    generate(root);
    benchFunction(root);
    benchNx(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Creates apps with the files that the plugin reads, and node_modules with a plugin that repeats its result. */
function generate(root) {
  for (let index = 0; index < APPS; index++) {
    const app = join(root, 'apps', `app-${index}`);
    mkdirSync(app, { recursive: true });
    cpSync(join(repository, 'examples/light-app/factory.config.json'), join(app, 'factory.config.json'));
  }
  writeFileSync(join(root, 'package.json'), '{"name": "bench", "private": true}');
  writeFileSync(join(root, '.gitignore'), 'node_modules\n.nx\nshown.txt\n');
  const repeating = join(root, 'node_modules', REPEATING);
  mkdirSync(repeating, { recursive: true });
  writeFileSync(join(repeating, 'index.js'), REPEATING_PLUGIN);
  writeFileSync(join(repeating, 'package.json'), JSON.stringify({ name: REPEATING, version: '1.0.0' }));
  for (const name of readdirSync(join(repository, 'node_modules')))
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
}

function benchFunction(root) {
  const output = join(root, 'node_modules', REPEATING, 'nodes.json');
  const times = Array.from({ length: TIMES }, () =>
    Number(execFileSync(process.execPath, [script, '--once', root, output], { encoding: 'utf8' })),
  );
  const projects = JSON.parse(readFileSync(output, 'utf8')).flatMap(([, result]) =>
    Object.values(result.projects),
  );
  const cached = projects.filter(({ targets }) => targets['factory-image'].cache).length;
  if (projects.length !== APPS || cached !== APPS)
    throw new Error(`${projects.length} projects, ${cached} of them cached: each of ${APPS} must be`);
  report('createNodes in a new process', times);
}

function benchNx(root) {
  const turns = Array.from({ length: TIMES + 1 }, () => {
    const without = timeOfNx(root, REPEATING);
    return { without, added: timeOfNx(root, 'nx-esp32-factory/plugin') - without };
  }).slice(1);
  console.log(
    `nx show projects without the plugin: ${median(turns.map(({ without }) => without)).toFixed(0)} ms`,
  );
  report(
    'the plugin adds',
    turns.map(({ added }) => added),
  );
}

function timeOfNx(root, plugin) {
  const settings = { analytics: false, neverConnectToCloud: true, cacheDirectory: '.nx/cache' };
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' };
  writeFileSync(join(root, 'nx.json'), JSON.stringify({ ...settings, plugins: [plugin] }));
  const shownFile = join(root, 'shown.txt');
  // To a file, because Nx exits before all output has gone through a pipe.
  const output = openSync(shownFile, 'w');
  const start = performance.now();
  const result = spawnSync(process.execPath, [require.resolve('nx/bin/nx.js'), 'show', 'projects'], {
    cwd: root,
    env,
    stdio: ['ignore', output, 'pipe'],
  });
  const time = performance.now() - start;
  closeSync(output);
  const shown = readFileSync(shownFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('app-')).length;
  if (result.status !== 0 || shown !== APPS)
    throw new Error(`nx shows ${shown} apps instead of ${APPS}: ${result.stderr}`);
  return time;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report(what, values) {
  const middle = median(values);
  const range = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  if (middle > LIMIT) process.exitCode = 1;
  console.log(
    `${what}: ${middle.toFixed(0)} ms (${range}), ${(middle / LIMIT).toFixed(2)} of the ${LIMIT} ms allowed`,
  );
}
