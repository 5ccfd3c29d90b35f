import { testGrowth } from '../../../tools/testing/growth';
import { ROWS } from './linear-time-attack';

testGrowth(ROWS);
