import Energy
import Metering
import Testing

@testable import Report

struct FormatTests {
  private func csv(_ reports: [MeterReport], _ step: ReportStep = .hour) -> String {
    var text = ""
    CSVFormat.standard(step).write(reports, to: &text)
    return text
  }

  private func excel(_ reports: [MeterReport], _ step: ReportStep = .hour, _ language: Language = .nb) -> String {
    var text = ""
    CSVFormat.excel(step, language).write(reports, to: &text)
    return text
  }

  private func json(_ reports: [MeterReport]) -> String {
    var text = ""
    JSONFormat().write(reports, to: &text)
    return text
  }

  private func table(_ reports: [MeterReport]) -> String {
    var text = ""
    TableFormat().write(reports, to: &text)
    return text
  }

  @Test func `csv is for programs`() throws {
    let text = csv([try Night.report()])
    let expected = """
      meter,start_utc,end_utc,start_local,import_kwh,export_kwh,import_start_kwh,import_end_kwh,export_start_kwh,\
      export_end_kwh,max_w,coverage,quality
      7359992890941742,2026-10-24T23:00:00Z,2026-10-25T00:00:00Z,2026-10-25T01:00:00+02:00,1.230,0.000,109552.250,\
      109553.480,0.000,0.000,,0.000,measured
      7359992890941742,2026-10-25T00:00:00Z,2026-10-25T01:00:00Z,2026-10-25T02:00:00+02:00,2.340,0.000,109553.480,\
      109555.820,0.000,0.000,2410,0.997,measured
      7359992890941742,2026-10-25T01:00:00Z,2026-10-25T02:00:00Z,2026-10-25T02:00:00+01:00,0.000,0.000,109555.820,\
      109555.820,0.000,0.000,,0.000,measured
      7359992890941742,2026-10-25T02:00:00Z,2026-10-25T03:00:00Z,2026-10-25T03:00:00+01:00,2.120,0.000,109555.820,,0.000,,,\
      0.000,even
      7359992890941742,2026-10-25T03:00:00Z,2026-10-25T04:00:00Z,2026-10-25T04:00:00+01:00,2.120,0.000,,109560.060,,0.000,,\
      0.000,even

      """
    #expect(text == expected)
  }

  @Test func `daily and monthly csv say how many hours they stand on`() throws {
    let text = csv([try Night.report(.day)], .day)
    let expected = """
      meter,start_utc,end_utc,start_local,import_kwh,export_kwh,import_start_kwh,import_end_kwh,export_start_kwh,\
      export_end_kwh,max_w,coverage,quality,hours_expected,hours_measured,estimated_kwh
      7359992890941742,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z,2026-10-25T00:00:00+02:00,,,,,,,2410,0.039,missing,25,3,\
      4.240

      """
    #expect(text == expected)
  }

  @Test func `excel is for a Norwegian spreadsheet`() throws {
    let text = excel([try Night.report()])
    let expected = [
      "\u{FEFF}Fra;Til;Offset;Import kWh;Eksport kWh;Import start kWh;Import slutt kWh;Eksport start kWh;Eksport slutt kWh;"
        + "Maks W;Dekning;Måler;Kvalitet",
      "25.10.2026 01:00;25.10.2026 02:00;UTC+02:00;1,230;0,000;109552,250;109553,480;0,000;0,000;;0,000;"
        + "\"=\"\"7359992890941742\"\"\";measured",
      "25.10.2026 02:00;25.10.2026 02:00;UTC+02:00;2,340;0,000;109553,480;109555,820;0,000;0,000;2410;0,997;"
        + "\"=\"\"7359992890941742\"\"\";measured",
      "25.10.2026 02:00;25.10.2026 03:00;UTC+01:00;0,000;0,000;109555,820;109555,820;0,000;0,000;;0,000;"
        + "\"=\"\"7359992890941742\"\"\";measured",
      "25.10.2026 03:00;25.10.2026 04:00;UTC+01:00;2,120;0,000;109555,820;;0,000;;;0,000;"
        + "\"=\"\"7359992890941742\"\"\";even",
      "25.10.2026 04:00;25.10.2026 05:00;UTC+01:00;2,120;0,000;;109560,060;;0,000;;0,000;"
        + "\"=\"\"7359992890941742\"\"\";even",
      "",
    ].joined(separator: "\r\n")
    #expect(Array(text.utf8) == Array(expected.utf8))
  }

  @Test func `a language changes headings and dates of excel, never the order of its columns`() throws {
    let report = try Night.report(.day)
    let header = [Language.nb, .sv, .en].map { excel([report], .day, $0).split(separator: "\r\n")[0].dropFirst() }
    #expect(header[0].hasSuffix(";Måler;Kvalitet;Timer;Målte timer;Beregnet kWh"))
    #expect(
      header[1]
        == "Från;Till;Offset;Import kWh;Export kWh;Import start kWh;Import slut kWh;Export start kWh;Export slut kWh;Max W;"
        + "Täckning;Mätare;Kvalitet;Timmar;Uppmätta timmar;Beräknad kWh")
    #expect(
      header[2]
        == "From;To;Offset;Import kWh;Export kWh;Import start kWh;Import end kWh;Export start kWh;Export end kWh;Max W;"
        + "Coverage;Meter;Quality;Hours;Hours measured;Estimated kWh")
    #expect(excel([report], .day, .nb).contains("\r\n25.10.2026 00:00;26.10.2026 00:00;UTC+02:00;"))
    #expect(excel([report], .day, .sv).contains("\r\n2026-10-25 00:00;2026-10-26 00:00;UTC+02:00;"))
  }

  @Test func `json has whole watt-hours, and null for what is unknown`() throws {
    let lines = json([try Night.report()]).split(separator: "\n")
    #expect(lines.count == 5)
    #expect(
      lines[1] == """
        {"meter":"7359992890941742","start_utc":"2026-10-25T00:00:00Z","end_utc":"2026-10-25T01:00:00Z",\
        "start_local":"2026-10-25T02:00:00+02:00","import_wh":2340,"export_wh":0,"reactive_import_varh":null,\
        "reactive_export_varh":null,"import_start_wh":109553480,"import_end_wh":109555820,"export_start_wh":0,\
        "export_end_wh":0,"max_w":2410,"max_w_utc":"2026-10-25T00:30:00Z","coverage":0.997,"quality":"measured"}
        """)
    #expect(lines[3].contains(#""import_wh":2120,"export_wh":0,"reactive_import_varh":null"#))
    #expect(lines[3].contains(#""max_w":null,"max_w_utc":null,"coverage":0.000,"quality":"even""#))
    let day = json([try Night.report(.day)])
    #expect(
      day.hasSuffix(
        #""quality":"missing","hours_expected":25,"hours_measured":3,"known_import_wh":7810,"known_export_wh":0}"#
          + "\n"))
  }

  @Test func `the table is for people`() throws {
    let expected = """
      Meter 7359992890941742 (aidon 6525), local time in Europe/Oslo

      Hour                     Import kWh  Max W  Coverage  Quality
      2026-10-25 01:00              1.230      –     0.0 %  measured  ██████████▌
      2026-10-25 02:00 +02:00       2.340   2410    99.7 %  measured  ████████████████████
      2026-10-25 02:00 +01:00       0.000      –     0.0 %  measured
      2026-10-25 03:00              2.120      –     0.0 %  even      ██████████████████
      2026-10-25 04:00              2.120      –     0.0 %  even      ██████████████████

      gap 2026-10-25 03:00–05:00 (2 hours): 4.240 kWh
      5 hours, 2 estimated, sum 3.570 kWh + 4.240 kWh in gaps = register difference 7.810 kWh ✓

      """
    #expect(table([try Night.report()]) == expected)
  }

  @Test func `a table of days shows export where there is any, and the known part of a day without a total`() throws {
    let report = try story(
      """
      2026-03-28T23:00Z 1000 500
      2026-03-29T22:00Z 24000 1500
      2026-03-30T10:00Z 25000 1500
      """, span("2026-03-28T23:00Z", "2026-03-30T10:00Z"), .day)
    let expected = """
      Meter 1 (kaifa), local time in Europe/Oslo

      Day             Import kWh  Export kWh  Max W  Coverage  Hours  Quality
      2026-03-29 Sun      23.000       1.000      –     0.0 %   0/23  measured  ████████████████████
      2026-03-30 Mon           –           –      –     0.0 %   0/24  missing   of it 1.000 kWh known

      gap 2026-03-29 00:00+01:00 to 2026-03-30 00:00+02:00 (23 hours): 23.000 kWh, export 1.000 kWh
      gap 2026-03-30 00:00–12:00 (12 hours): 1.000 kWh
      35 hours, 35 estimated, sum 0.000 kWh + 24.000 kWh in gaps = register difference 24.000 kWh ✓; \
      export 0.000 kWh + 1.000 kWh in gaps = register difference 1.000 kWh ✓

      """
    #expect(table([report]) == expected)
  }

  @Test func `months are named by the month`() throws {
    let report = try story(
      "2026-02-28T23:00Z 0\n2026-03-31T22:00Z 743000", span("2026-02-28T23:00Z", "2026-03-31T22:00Z"), .month)
    #expect(table([report]).contains("\n2026-03     743.000      –     0.0 %  0/743  measured"))
  }

  @Test func `several meters stand one after the other, under one header in files`() throws {
    let reports = [try Night.report(), try Night.report()]
    #expect(csv(reports).split(separator: "\n").count == 11)
    #expect(json(reports).split(separator: "\n").count == 10)
    #expect(table(reports).contains("7.810 kWh ✓\n\nMeter "))
  }

  @Test(arguments: [ReportStep.hour, .day, .month])
  func `every line of a file has as many fields as its header`(_ step: ReportStep) throws {
    let report = try Night.report(step)
    for line in csv([report], step).split(separator: "\n") {
      #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == (step == .hour ? 13 : 16))
    }
    for line in excel([report], step).split(separator: "\r\n") {
      #expect(line.split(separator: ";", omittingEmptySubsequences: false).count == (step == .hour ? 13 : 16))
    }
  }

  @Test func `a meter number with separators, quotes and line ends stays one field`() throws {
    let meter = MeterIdentity(id: "a,b;\"c\"\nd", maker: .other)
    let report = try story(
      "2026-01-15T12:00Z 0\n2026-01-15T13:00Z 5", span("2026-01-15T12:00Z", "2026-01-15T13:00Z"), meter: meter)
    #expect(csv([report]).contains("\n\"a,b;\"\"c\"\"\nd\",2026-01-15T12:00:00Z,"))
    #expect(excel([report]).contains(";\"=\"\"a,b;\"\"\"\"c\"\"\"\"\nd\"\"\";measured"))
    #expect(json([report]).hasPrefix(#"{"meter":"a,b;\"c\"\u000ad","start_utc""#))
  }

  static let bars: [(Int64, Int64, String)] = [
    (0, 100, ""), (1, 1000, "▏"), (1000, 1000, "████████████████████"), (500, 1000, "██████████"),
    (56, 1000, "█"), (57, 1000, "█▏"), (5, 0, ""), (99, 1000, "█▉"),
  ]

  @Test(arguments: bars)
  func `bars are in eighths of a cell`(_ value: Int64, _ largest: Int64, _ expected: String) {
    #expect(bar(value, of: largest) == expected)
  }
}
