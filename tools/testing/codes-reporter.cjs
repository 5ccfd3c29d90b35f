/** Fails a run of the whole suite in which no test made src produce some error code. */
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = class CodesReporter {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
    // record-codes.ts, in workers too, appends to files in there.
    this.folder = mkdtempSync(join(tmpdir(), 'error-codes-'));
    process.env.ERROR_CODES_FOLDER = this.folder;
  }

  onRunComplete(contexts, results) {
    const [declared, produced] = ['declared', 'produced'].map((name) => this.recorded(name));
    rmSync(this.folder, { recursive: true });
    if (!this.ranAll(contexts, results)) return;
    const missing = [...declared].filter((code) => !produced.has(code)).sort();
    if (missing.length === 0) return console.log(`\n✔ tests produce all ${declared.size} error codes`);
    const text = `no test produces these error codes; write one for each, or delete its row:\n  ${missing.join('\n  ')}`;
    console.error(`\n✖ ${text}`);
    this.error = new Error(text);
  }

  getLastError() {
    return this.error;
  }

  recorded(name) {
    try {
      return new Set(readFileSync(join(this.folder, name), 'utf8').trim().split('\n'));
    } catch (error) {
      if (error.code === 'ENOENT') return new Set();
      throw error;
    }
  }

  /** A part of the suite, or one with failed or skipped tests, says nothing about what is missing. */
  ranAll(contexts, { testResults, numFailedTestSuites, numPendingTests }) {
    if (this.globalConfig.testNamePattern || numFailedTestSuites > 0 || numPendingTests > 0) return false;
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    return [...contexts].every(({ config, hasteFS }) =>
      config.testRegex.every((regex) => hasteFS.matchFiles(new RegExp(regex)).every((file) => ran.has(file))),
    );
  }
};
