import type { EChartsCoreOption } from 'echarts/core'
import { formatFen } from '@/format'

export interface ChartSeries {
  name: string
  kind: 'bar' | 'line'
  fens: readonly number[]
}

/** Colours come from the tokens; the decals tell the series apart without them. */
export function chartOption(
  names: readonly string[],
  series: readonly ChartSeries[],
  tokens: CSSStyleDeclaration,
): EChartsCoreOption {
  const token = (name: string) => tokens.getPropertyValue(name).trim()
  const text = { color: token('--ink-soft'), fontFamily: token('--font-sans') }
  return {
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    color: [token('--mountain-far'), token('--mountain')],
    textStyle: text,
    grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
    legend: { top: 8, textStyle: text },
    // As SVG text: the default tooltip is HTML with inline styles, which the CSP forbids.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => formatFen(Number(value)),
    },
    xAxis: { type: 'category', data: [...names], axisLabel: { ...text, hideOverlap: true } },
    yAxis: {
      type: 'value',
      axisLabel: { ...text, formatter: (fen: number) => formatFen(fen).replace(/\.00$/, '') },
      splitLine: { lineStyle: { color: token('--hairline') } },
    },
    series: series.map(({ name, kind, fens }) => ({
      name,
      type: kind,
      data: [...fens],
      barMaxWidth: 36,
      symbolSize: 6,
    })),
  }
}
