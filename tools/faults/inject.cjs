// Loaded before the command (node --require): counts the calls that change files below FAULT_ROOT, and injects a fault
// at one of them. The command itself is not changed.
//
//   FAULT_ROOT   folder whose changes are counted
//   FAULT_AT     number of the call, from 1; without it calls are only counted
//   FAULT_ACTION kill | int | pause | the code of an error (ENOSPC, EIO, EACCES, EMFILE)
//   FAULT_LOG    file that gets one line per call: "NUMBER NAME PATH"
//   FAULT_GATE   pause: creates the file GATE.waiting and waits until GATE.open exists
//   FAULT_CLOCK  offset of the process's clock in milliseconds
const fs = require('node:fs');
const os = require('node:os');
const { resolve, sep } = require('node:path');

const { FAULT_ROOT, FAULT_AT, FAULT_ACTION, FAULT_LOG, FAULT_GATE, FAULT_CLOCK } = process.env;

if (FAULT_ROOT !== undefined) injectFaults(resolve(FAULT_ROOT));
if (FAULT_CLOCK !== undefined) shiftClock(Number(FAULT_CLOCK));

function injectFaults(root) {
  const real = { ...fs };
  const descriptors = new Map();
  let count = 0;

  const isBelow = (path) => path === root || path.startsWith(root + sep);
  /** The path that a call changes, if that is below the root. */
  const changed = (name, args) => {
    const [target] = args;
    if (typeof target === 'number') return descriptors.get(target);
    if (name === 'openSync' && !/[wa+]/.test(String(args[1] ?? 'r'))) return undefined;
    const path = resolve(String(target));
    return isBelow(path) ? path : undefined;
  };

  for (const name of [
    'openSync',
    'writeFileSync',
    'fsyncSync',
    'fchmodSync',
    'chmodSync',
    'closeSync',
    'renameSync',
    'linkSync',
    'mkdirSync',
    'mkdtempSync',
    'rmSync',
    'rmdirSync',
    'unlinkSync',
  ]) {
    fs[name] = (...args) => {
      const path = changed(name, args);
      if (path === undefined) return real[name](...args);
      count++;
      if (FAULT_LOG !== undefined) real.appendFileSync(FAULT_LOG, `${count} ${name} ${path}\n`);
      if (String(count) === FAULT_AT) happen(name, args, path);
      const result = real[name](...args);
      if (name === 'openSync') descriptors.set(result, path);
      if (name === 'closeSync') descriptors.delete(args[0]);
      return result;
    };
  }

  function happen(name, args, path) {
    if (FAULT_ACTION === 'kill') {
      // A torn write: half of the data is written.
      if (name === 'writeFileSync')
        real.writeFileSync(args[0], Buffer.from(args[1]).subarray(0, args[1].length >> 1));
      process.kill(process.pid, 'SIGKILL');
      wait(60_000);
    } else if (FAULT_ACTION === 'int') {
      process.kill(process.pid, 'SIGINT');
    } else if (FAULT_ACTION === 'pause') {
      real.writeFileSync(`${FAULT_GATE}.waiting`, '');
      for (let i = 0; i < 6000 && !real.existsSync(`${FAULT_GATE}.open`); i++) wait(5);
    } else {
      if (name === 'closeSync') real.closeSync(args[0]);
      const syscall = name.replace(/Sync$/, '').replace('writeFile', 'write');
      throw Object.assign(new Error(`${FAULT_ACTION}: injected, ${syscall} '${path}'`), {
        errno: -os.constants.errno[FAULT_ACTION],
        code: FAULT_ACTION,
        syscall,
        path,
      });
    }
  }
}

function wait(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function shiftClock(offset) {
  const RealDate = Date;
  globalThis.Date = class ShiftedDate extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + offset);
      else super(...args);
    }
    static now() {
      return RealDate.now() + offset;
    }
  };
}
