import { attackWith } from './printing-attack';

attackWith(100);
