// What the plugin adds to the construction of the project graph: 500 apps, each with a config and credentials of its
// own. First the function alone, cold (a process of its own) and warm, checked before it is timed; then `nx show
// projects` without a plugin, with one that repeats what ours said, and with ours, in turn. Fails where a median is over
// the limit. Run "node tools/build.mjs" before.
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
const TIMES = { first: 11, cold: 11, warm: 15, nx: 11 };

/** What the plugin remembers, from the root of the workspace. */
const POLICIES = '.nx/workspace-data/nx-esp32-factory-policies.json';

/** A plugin that only repeats what ours said: what is left is the cost of Nx itself. */
const MEMORY = 'bench-memory-plugin';
const MEMORY_PLUGIN = `const nodes = ['**/factory*.config.json', async () => require('./nodes.json')];
module.exports = { name: 'memory', createNodes: nodes, createNodesV2: nodes };
`;

const script = fileURLToPath(import.meta.url);
const repository = resolve(dirname(script), '..');
const require = createRequire(import.meta.url);
const PLUGIN = join(repository, 'packages/nx-esp32-factory/dist/plugin/index.js');

if (!existsSync(PLUGIN)) {
  console.error('There is no dist/ yet: run "node tools/build.mjs"');
  process.exit(1);
}
if (process.argv[2] === '--once') await once(process.argv[3], Number(process.argv[4]));
else await main();

/** In a process of its own: the time of the first call and of the later ones. */
async function once(workspaceRoot, times) {
  const start = performance.now();
  const { createNodesV2 } = require(PLUGIN);
  const load = performance.now() - start;
  const calls = [];
  let results;
  for (let call = 0; call < times; call++) {
    const begin = performance.now();
    results = await createNodesV2[1](configs(), {}, { workspaceRoot, nxJsonConfiguration: {} });
    calls.push(performance.now() - begin);
  }
  if (process.argv[5] !== undefined) writeFileSync(process.argv[5], JSON.stringify(results));
  const projects = results.flatMap(([, result]) => Object.values(result.projects ?? {}));
  const cached = projects.filter(({ targets }) => targets['factory-image']?.cache === true).length;
  console.log(JSON.stringify({ load, calls, projects: projects.length, cached }));
}

function configs() {
  return Array.from({ length: APPS }, (_, index) => `apps/app-${index}/factory.config.json`);
}

async function main() {
  const root = mkdtempSync(join(tmpdir(), 'bench-create-nodes-'));
  try {
    await generate(root);
    // Nothing is remembered of files that changed just now.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    benchFunction(root);
    benchNx(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function generate(root) {
  const { createDevelopmentCredentials, encodePem, encodePrivateKeyPem, randomBytes } = require('nvs-core');
  const start = performance.now();
  const example = join(repository, 'examples/light-app');
  for (let index = 0; index < APPS; index++) {
    const app = join(root, 'apps', `app-${index}`);
    const credentials = join(app, 'credentials');
    for (const folder of ['paa-trust-store', 'cd-trust-store'])
      mkdirSync(join(credentials, folder), { recursive: true });
    for (const name of ['CMakeLists.txt', 'partitions.csv', 'sdkconfig.defaults', 'factory.config.json'])
      cpSync(join(example, name), join(app, name));
    const now = new Date();
    const ids = { vendorId: 0xfff1, productId: 0x8001 };
    const made = await createDevelopmentCredentials({ ...ids, random: randomBytes, now });
    const pem = ({ certificate }) => encodePem('CERTIFICATE', certificate.der);
    const files = {
      'dac.pem': await pem(made.dac),
      'dac-key.pem': encodePrivateKeyPem(made.dac.key),
      'pai.pem': await pem(made.pai),
      'cd.der': made.cd.der,
      'paa-trust-store/paa.der': made.paa.certificate.der,
      'cd-trust-store/cd-signing-cert.der': made.cdSigner.certificate.der,
    };
    for (const [name, data] of Object.entries(files)) writeFileSync(join(credentials, name), data);
  }
  writeFileSync(join(root, 'package.json'), '{"name": "bench", "private": true}');
  writeFileSync(join(root, '.gitignore'), 'node_modules\n.nx\nshown.txt\n');
  mkdirSync(join(root, 'node_modules', MEMORY), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules')))
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${APPS} apps generated in ${seconds} s`);
}

function benchFunction(root) {
  const run = (times) => {
    const args = [script, '--once', root, String(times)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  };
  const memoryFile = (name) => join(root, 'node_modules', MEMORY, name);
  const memory = join(root, POLICIES);
  const checked = (result) => {
    if (result.projects !== APPS || result.cached !== APPS)
      throw new Error(
        `${result.projects} projects, ${result.cached} of them cached: each of ${APPS} must be`,
      );
    return result;
  };
  const first = Array.from({ length: TIMES.first }, () => {
    rmSync(memory, { force: true });
    return checked(run(1));
  });
  const cold = Array.from({ length: TIMES.cold }, () => checked(run(1)));
  execFileSync(process.execPath, [script, '--once', root, '1', memoryFile('nodes.json')]);
  writeFileSync(memoryFile('index.js'), MEMORY_PLUGIN);
  writeFileSync(memoryFile('package.json'), JSON.stringify({ name: MEMORY, version: '1.0.0' }));
  const warm = checked(run(TIMES.warm + 1)).calls.slice(1);
  const firstCalls = (results) => results.map(({ calls: [call] }) => call);
  const loads = cold.map(({ load }) => load);
  report('load of the plugin', loads);
  report('createNodes of a new checkout, once', firstCalls(first), LIMIT);
  report('createNodes in a new process', firstCalls(cold), LIMIT);
  report('createNodes again in that process', warm, LIMIT);
}

function benchNx(root) {
  const nx = require.resolve('nx/bin/nx.js');
  const settings = { analytics: false, neverConnectToCloud: true, cacheDirectory: '.nx/cache' };
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' };
  const shownFile = join(root, 'shown.txt');
  const show = (plugins) => {
    writeFileSync(join(root, 'nx.json'), JSON.stringify({ ...settings, plugins }));
    const start = performance.now();
    // To a file: Nx exits before a pipe has taken all of it.
    const output = openSync(shownFile, 'w');
    const stdio = ['ignore', output, 'pipe'];
    const result = spawnSync(process.execPath, [nx, 'show', 'projects'], { cwd: root, env, stdio });
    const time = performance.now() - start;
    closeSync(output);
    const shown = readFileSync(shownFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('app-')).length;
    const wanted = plugins.length === 0 ? 0 : APPS;
    if (result.status !== 0 || shown !== wanted)
      throw new Error(`nx shows ${shown} apps instead of ${wanted}: ${result.stderr}`);
    return time;
  };
  const series = [
    { what: 'without a plugin', plugins: [], times: [] },
    { what: 'with one that gives the same projects from memory', plugins: [MEMORY], times: [] },
    { what: 'with this one', plugins: ['nx-esp32-factory/plugin'], times: [] },
    { what: 'with this one, once', plugins: ['nx-esp32-factory/plugin'], times: [], isFirst: true },
  ];
  for (const { plugins } of series) show(plugins);
  for (let turn = 0; turn < TIMES.nx; turn++) {
    for (const { plugins, times, isFirst } of series) {
      if (isFirst) rmSync(join(root, POLICIES));
      times.push(show(plugins));
    }
  }
  for (const { what, times } of series) report(`nx show projects ${what}`, times);
  const [without = [], memory = [], own = [], first = []] = series.map(({ times }) => times);
  console.log(`${APPS} projects cost Nx ${(median(memory) - median(without)).toFixed(0)} ms by themselves`);
  // Turn by turn: what else the machine does meets all of one turn alike.
  const added = (times) => times.map((time, turn) => time - memory[turn]);
  report('that they are ours adds', added(own), LIMIT);
  report('that they are ours adds, once', added(first), LIMIT);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report(what, values, limit) {
  const middle = median(values);
  const range = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  const ratio = limit === undefined ? '' : `, ${(middle / limit).toFixed(2)} of the ${limit} ms allowed`;
  if (limit !== undefined && middle > limit) process.exitCode = 1;
  console.log(`${what}: ${middle.toFixed(0)} ms (${range})${ratio}`);
}
