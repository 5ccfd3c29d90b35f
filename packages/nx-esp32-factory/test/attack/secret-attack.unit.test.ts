/** A secret in a wrong place is never printed; secret-attack.stress.test.ts has every form of secrets. */
import { attackWith } from './secret-attack';

jest.setTimeout(120_000);

attackWith(['passcode']);
