/** A few random inputs; printing-attack.stress.test.ts has many. */
import { attackWith } from './printing-attack';

attackWith(8);
