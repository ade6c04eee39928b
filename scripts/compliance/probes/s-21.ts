import { probe } from '../probe.ts';

export const s21 = probe('S-21', [], { needs: ['public.smart_insights_payload()'] });
