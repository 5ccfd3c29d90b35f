import { describeBurning } from './espefuse-peer-suite';

describeBurning(4);
