/** What was quadratic once; linear-time-attack.stress.test.ts has all inputs. */
import { testGrowth } from '../../../tools/testing/growth';
import { ROWS } from './linear-time-attack';

testGrowth(ROWS, [
  'a partition table of "${"',
  'an NVS CSV of quotes',
  'an NVS image with too many keys for the partition',
  'an NVS image with one key often',
  'a dump of noise',
  'PEM headers',
]);
