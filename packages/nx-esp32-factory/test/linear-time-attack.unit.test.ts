/** What was quadratic once; linear-time-attack.stress.test.ts has all inputs. */
import { testGrowth } from '../../../tools/testing/growth';
import { ROWS } from './linear-time-attack';

testGrowth(ROWS, [
  'a config of unknown keys in a section',
  'a config of entries with one key',
  'a config that refers to unset variables',
  'the source locations of a valid config',
  'an sdkconfig of spaces after a value',
  'a CMakeLists.txt of open bracket comments',
  'a CMakeLists.txt of lists of defaults',
  'a CMakeLists.txt of variables',
  'a CMakeLists.txt of subtypes',
  'a CMakeLists.txt of includes',
  'output of esptool: ports',
]);
