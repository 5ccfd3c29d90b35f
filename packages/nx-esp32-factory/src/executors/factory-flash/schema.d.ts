import type { BoardOptions } from '../../board';
import type { PathOptions } from '../paths';

/** Options of the target. */
export interface FactoryFlashOptions extends PathOptions, BoardOptions {}
