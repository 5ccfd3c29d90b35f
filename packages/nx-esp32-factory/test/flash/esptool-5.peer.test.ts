import { describeFlashing } from './flash-peer-suite';

describeFlashing(5);
