import type { OverrideName } from '../../config';
import type { PathOptions } from '../paths';

/** Options of the target, some of which override the config. */
export type FactoryImageOptions = PathOptions & { readonly [name in OverrideName]?: unknown };
