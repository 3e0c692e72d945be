/** What gives the goods. */
export const KINDS = ['hen_group', 'pig', 'plot', 'tree', 'hive'] as const

/** What is written in a diary; the last three end a unit. */
export const EVENTS = [
  'fed',
  'weighed',
  'treated',
  'vaccinated',
  'harvested',
  'noted',
  'died',
  'sold',
  'ended',
] as const
