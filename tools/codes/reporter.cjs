/**
 * Writes which error codes the tests of a project knew and made src produce, to test-output/codes.json in its folder:
 * tools/codes/check.mjs puts the projects together.
 */
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = class CodesReporter {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
    // record.ts, in workers too, appends to files in there.
    this.folder = mkdtempSync(join(tmpdir(), 'error-codes-'));
    process.env.ERROR_CODES_FOLDER = this.folder;
  }

  onRunComplete(contexts, results) {
    const output = join(this.globalConfig.rootDir, 'test-output');
    const codes = {
      whole: this.ranAll(contexts, results),
      declared: this.recorded('declared'),
      produced: this.recorded('produced'),
    };
    rmSync(this.folder, { recursive: true });
    mkdirSync(output, { recursive: true });
    writeFileSync(join(output, 'codes.json'), `${JSON.stringify(codes, null, 2)}\n`);
  }

  recorded(name) {
    try {
      return [...new Set(readFileSync(join(this.folder, name), 'utf8').trim().split('\n'))].sort();
    } catch (error) {
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  }

  /** A part of the tests, or a run with failed or skipped ones, says nothing about what is missing. */
  ranAll(contexts, { testResults, numFailedTestSuites, numPendingTests }) {
    if (this.globalConfig.testNamePattern || numFailedTestSuites > 0 || numPendingTests > 0) return false;
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    return [...contexts].every(({ config, hasteFS }) =>
      config.testRegex.every((regex) => {
        const isIgnored = (file) =>
          config.testPathIgnorePatterns.some((pattern) => new RegExp(pattern).test(file));
        return hasteFS.matchFiles(new RegExp(regex)).every((file) => ran.has(file) || isIgnored(file));
      }),
    );
  }
};
