/**
 * Runs CommonJS bundles with the code that V8 compiled for them in an earlier run. Node's own cache
 * (module.enableCompileCache) keeps what is compiled when a file is loaded; this one is made when the process ends, and so
 * also has the functions that were compiled when they were called. docs/decisions/006-plugin-in-bundles.md has the figures.
 *
 * A cached file has the CRC-32 of the source, the CRC-32 of V8's data, and the data. V8 rejects data of another version
 * or other flags, but checks neither the source nor its own data.
 */
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { constants, Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const WRAPPER = '(function (exports, require, module, __filename, __dirname) { ';
const HEADER_LENGTH = 8;

/** The exports of a bundle; what it compiles, and what the bundles that it requires compile, is kept in a folder. */
exports.load = function load(main, folder) {
  const modules = new Map();
  const scripts = [];
  let isComplete = true;

  const loadFile = (file) => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const source = readFileSync(file);
    const sum = crc32(source);
    const cached = join(folder, `${basename(dirname(file))}-${basename(file)}.bin`);
    const cachedData = readCached(cached, sum);
    const script = new Script(`${WRAPPER}${source}\n})`, {
      filename: file,
      columnOffset: -WRAPPER.length,
      cachedData,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === undefined || script.cachedDataRejected) isComplete = false;
    scripts.push({ cached, sum, script });
    const requireFrom = (name) =>
      name.startsWith('.') ? loadFile(join(dirname(file), name)) : require(name);
    requireFrom.resolve = require.resolve;
    script.runInThisContext().call(module.exports, module.exports, requireFrom, module, file, dirname(file));
    return module.exports;
  };

  process.on('exit', () => {
    // All of them: functions of files that were complete may have been compiled for the new ones.
    if (!isComplete) write(scripts, folder);
  });
  return loadFile(main);
};

function readCached(path, sum) {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(HEADER_LENGTH);
    return bytes.readUInt32LE(0) === sum && bytes.readUInt32LE(4) === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function write(scripts, folder) {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { cached, sum, script } of scripts) writeCached(cached, sum, script.createCachedData());
  } catch {
    // It cannot be kept: the next run compiles again.
  }
}

function writeCached(path, sum, data) {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32LE(sum, 0);
  header.writeUInt32LE(crc32(data), 4);
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, Buffer.concat([header, data]));
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
