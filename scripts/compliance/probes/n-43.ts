import { probe, scans } from '../probe.ts';

export const n43 = probe('N-43', [scans('no rule of the scan finds a way past the policies')]);
