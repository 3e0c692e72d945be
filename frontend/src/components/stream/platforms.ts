import type { StreamInput } from '@/api/types'

export const PLATFORMS = [
  'douyin',
  'kuaishou',
  'taobao',
  'channels',
  'pinduoduo',
  'other',
] as const satisfies readonly StreamInput['platform'][]
