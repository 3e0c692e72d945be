import type { PaperInput } from '@/api/types'

export type PaperKind = PaperInput['kind']

export const PAPER_KINDS: readonly PaperKind[] = [
  'quarantine',
  'conformity',
  'slaughterhouse',
  'meat_inspection',
  'food_licence',
  'workshop',
  'mark_organic',
  'mark_green',
  'mark_relief',
]
