import type { Probe } from '../probe.ts';
import { n01 } from './n-01.ts';
import { n02 } from './n-02.ts';
import { n03 } from './n-03.ts';
import { n04 } from './n-04.ts';
import { n05 } from './n-05.ts';
import { n06 } from './n-06.ts';
import { n07 } from './n-07.ts';
import { n08 } from './n-08.ts';
import { n09 } from './n-09.ts';
import { n10 } from './n-10.ts';
import { n11 } from './n-11.ts';
import { n12 } from './n-12.ts';
import { n13 } from './n-13.ts';
import { n14 } from './n-14.ts';
import { n15 } from './n-15.ts';
import { n16 } from './n-16.ts';
import { n17 } from './n-17.ts';
import { n18 } from './n-18.ts';
import { n19 } from './n-19.ts';
import { n20 } from './n-20.ts';
import { n21 } from './n-21.ts';
import { n22 } from './n-22.ts';
import { n23 } from './n-23.ts';
import { n24 } from './n-24.ts';
import { n25 } from './n-25.ts';
import { n26 } from './n-26.ts';
import { n27 } from './n-27.ts';
import { n28 } from './n-28.ts';
import { n29 } from './n-29.ts';
import { n30 } from './n-30.ts';
import { n31 } from './n-31.ts';
import { n32 } from './n-32.ts';
import { n33 } from './n-33.ts';
import { n34 } from './n-34.ts';
import { n35 } from './n-35.ts';
import { n36 } from './n-36.ts';
import { n37 } from './n-37.ts';
import { n38 } from './n-38.ts';
import { n39 } from './n-39.ts';
import { n40 } from './n-40.ts';
import { n41 } from './n-41.ts';
import { n42 } from './n-42.ts';
import { n43 } from './n-43.ts';
import { n44 } from './n-44.ts';
import { n45 } from './n-45.ts';
import { n46 } from './n-46.ts';
import { n47 } from './n-47.ts';
import { n48 } from './n-48.ts';
import { n49 } from './n-49.ts';
import { n50 } from './n-50.ts';
import { n51 } from './n-51.ts';
import { n52 } from './n-52.ts';
import { n53 } from './n-53.ts';
import { n54 } from './n-54.ts';
import { s01 } from './s-01.ts';
import { s02 } from './s-02.ts';
import { s03 } from './s-03.ts';
import { s04 } from './s-04.ts';
import { s05 } from './s-05.ts';
import { s06 } from './s-06.ts';
import { s07 } from './s-07.ts';
import { s08 } from './s-08.ts';
import { s09 } from './s-09.ts';
import { s10 } from './s-10.ts';
import { s11 } from './s-11.ts';
import { s12 } from './s-12.ts';
import { s13 } from './s-13.ts';
import { s14 } from './s-14.ts';
import { s15 } from './s-15.ts';
import { s16 } from './s-16.ts';
import { s17 } from './s-17.ts';
import { s18 } from './s-18.ts';
import { s19 } from './s-19.ts';
import { s20 } from './s-20.ts';
import { s21 } from './s-21.ts';
import { s22 } from './s-22.ts';
import { s23 } from './s-23.ts';
import { s24 } from './s-24.ts';
import { s25 } from './s-25.ts';
import { s26 } from './s-26.ts';
import { s27 } from './s-27.ts';
import { s28 } from './s-28.ts';
import { s29 } from './s-29.ts';
import { s30 } from './s-30.ts';
import { s31 } from './s-31.ts';
import { s32 } from './s-32.ts';
import { s33 } from './s-33.ts';
import { s34 } from './s-34.ts';
import { s35 } from './s-35.ts';
import { s36 } from './s-36.ts';
import { s37 } from './s-37.ts';
import { s38 } from './s-38.ts';
import { s39 } from './s-39.ts';

/** How each requirement is looked at: one file each, by its id. A new one also needs a planted fault in tests/compliance/faults/. */
export const PROBES: readonly Probe[] = [
  s01,
  s02,
  s03,
  s04,
  s05,
  s06,
  s07,
  s08,
  s09,
  s10,
  s11,
  s12,
  s13,
  s14,
  s15,
  s16,
  s17,
  s18,
  s19,
  s20,
  s21,
  s22,
  s23,
  s24,
  s25,
  s26,
  s27,
  s28,
  s29,
  s30,
  s31,
  s32,
  s33,
  s34,
  s35,
  s36,
  s37,
  s38,
  s39,
  n01,
  n02,
  n03,
  n04,
  n05,
  n06,
  n07,
  n08,
  n09,
  n10,
  n11,
  n12,
  n13,
  n14,
  n15,
  n16,
  n17,
  n18,
  n19,
  n20,
  n21,
  n22,
  n23,
  n24,
  n25,
  n26,
  n27,
  n28,
  n29,
  n30,
  n31,
  n32,
  n33,
  n34,
  n35,
  n36,
  n37,
  n38,
  n39,
  n40,
  n41,
  n42,
  n43,
  n44,
  n45,
  n46,
  n47,
  n48,
  n49,
  n50,
  n51,
  n52,
  n53,
  n54,
];
