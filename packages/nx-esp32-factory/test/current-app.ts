/** An app that is the current folder in each test of a file, and what the code under test prints. */
interface TestApp {
  readonly folder: string;
  remove(): void;
}

export class CurrentApp<T extends TestApp> {
  /** What went to the console and, if it is taken, to standard output. */
  printed = '';
  private current: T | undefined;
  private readonly home = process.cwd();

  /** To be made before the other hooks of the file; `takesOutput` is for code that passes on what programs print. */
  constructor(make: () => T, { takesOutput = false } = {}) {
    beforeEach(() => {
      this.current = make();
      process.chdir(this.current.folder);
      this.printed = '';
      const print = (text?: unknown) => {
        this.printed += `${text}\n`;
      };
      jest.spyOn(console, 'log').mockImplementation(print);
      jest.spyOn(console, 'error').mockImplementation(print);
      if (takesOutput)
        jest.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: unknown[]) => {
          this.printed += String(text);
          // What is written is done at once.
          for (const done of rest) if (typeof done === 'function') done();
          return true;
        });
    });
    afterEach(() => {
      jest.restoreAllMocks();
      process.chdir(this.home);
      this.app.remove();
    });
  }

  get app(): T {
    if (this.current === undefined) throw new Error('there is an app in tests only');
    return this.current;
  }

  /** The codes of the errors that were printed. */
  get codes(): string[] {
    return [...this.printed.matchAll(/^✖ ([a-z.-]+):/gm)].map(([, code = '']) => code);
  }
}
