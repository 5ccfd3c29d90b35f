/** Every place with every kind of bad file. */
import { attackWith } from './hostile-files-attack';

attackWith('all');
