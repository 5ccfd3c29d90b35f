/** Each place and each kind of bad file once; hostile-files-attack.stress.test.ts has them all. */
import { attackWith } from './hostile-files-attack';

attackWith('some');
