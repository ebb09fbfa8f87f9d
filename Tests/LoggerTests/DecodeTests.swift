import Foundation
import Frames
import Metering
import Simulator
import TestSupport
import Testing

@testable import Logger

/// What `decode` prints for a file with this content, with and without `--json`.
private func decoded(
  _ content: some Sequence<UInt8>, manufacturer: Manufacturer = .auto
) throws -> (
  listing: String, json: String
) {
  try withScratchFolder { folder in
    let path = folder + "/input"
    try Data(content).write(to: URL(filePath: path))
    var listings = ""
    var lines: [String] = []
    try DecodeCommand.decode(path, manufacturer: manufacturer) { event in
      listings += listing(event)
      if let line = jsonLine(event) { lines.append(line) }
    }
    return (listings, lines.joined(separator: "\n"))
  }
}

private func decoded(_ text: String) throws -> (listing: String, json: String) { try decoded(text.utf8) }

/// Examples 5.3-A, 5.5-A, 5.4-C and others of `protocol.md`, with what `decode` says of them, read off by hand.
@Suite struct `Decode` {
  private static let aidonList1 = """
    7E A0 2A 41 08 83 13                                            ; flag, format A02A (L=42), dst, src, control
    04 13  E6 E7 00                                                 ; HCS, LLC
    0F 40 00 00 00 00                                               ; Data-Notification, no date-time
    01 01                                                           ; array[1]
    02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B  ; P+ 1234 W
    19 F2  7E                                                       # FCS, flag
    """

  @Test func `an Aidon list 1 is shown field by field, from a text broken by field and commented`() throws {
    let (listing, json) = try decoded(Self.aidonList1)
    #expect(
      listing == """
        at 0: HDLC frame of 44 octets, destination 41, source 883, control 13
          Aidon, list1
            30  1-0:1.7.0    double-long-unsigned                  1234          1234 W  active_power_import_w

        """)
    #expect(
      json == """
        {"offset":0,"transport":"hdlc","list":"list1","encrypted":false,"checked":true,\
        "values":{"active_power_import_w":1234}}
        """)
  }

  @Test func `a Kamstrup list is shown with the clock of its notification and its implied scales`() throws {
    let (listing, json) = try decoded(
      """
      7E A0 E2 2B 21 13 23 9A E6 E7 00 0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00 02 19 0A 0E 4B 61 6D
      73 74 72 75 70 5F 56 30 30 30 31 09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 32
      37 09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30 09 06 01 01 01 07 00
      FF 06 00 00 06 40 09 06 01 01 02 07 00 FF 06 00 00 00 00 09 06 01 01 03 07 00 FF 06 00 00 00 00 09 06 01 01
      04 07 00 FF 06 00 00 01 79 09 06 01 01 1F 07 00 FF 06 00 00 00 AA 09 06 01 01 33 07 00 FF 06 00 00 00 CD 09
      06 01 01 47 07 00 FF 06 00 00 01 84 09 06 01 01 20 07 00 FF 12 00 E9 09 06 01 01 34 07 00 FF 12 00 EA 09 06
      01 01 48 07 00 FF 12 00 EC 3A 94 7E
      """)
    #expect(
      listing == """
        at 0: HDLC frame of 228 octets, destination 2B, source 21, control 13
          Kamstrup, list2, type 6841131BN243101040 (Omnipower 3-phase direct, 4-wire)
            17               date-time              2026-02-05T13:00:30                  clock of the Data-Notification
            31               visible-string              Kamstrup_V0001                  list_version_id
            55  1-1:0.0.5    visible-string            5706567000000027                  meter_id
            81  1-1:96.1.1   visible-string          6841131BN243101040                  meter_type
           109  1-1:1.7.0    double-long-unsigned                  1600          1600 W  active_power_import_w
           122  1-1:2.7.0    double-long-unsigned                     0             0 W  active_power_export_w
           135  1-1:3.7.0    double-long-unsigned                     0           0 var  reactive_power_import_var
           148  1-1:4.7.0    double-long-unsigned                   377         377 var  reactive_power_export_var
           161  1-1:31.7.0   double-long-unsigned                   170           1.7 A  current_l1_a
           174  1-1:51.7.0   double-long-unsigned                   205          2.05 A  current_l2_a
           187  1-1:71.7.0   double-long-unsigned                   388          3.88 A  current_l3_a
           200  1-1:32.7.0   long-unsigned                          233           233 V  voltage_l1_v
           211  1-1:52.7.0   long-unsigned                          234           234 V  voltage_l2_v
           222  1-1:72.7.0   long-unsigned                          236           236 V  voltage_l3_v

        """)
    #expect(
      json == """
        {"offset":0,"transport":"hdlc","list":"list2","encrypted":false,"checked":true,"values":{\
        "list_version_id":"Kamstrup_V0001","meter_id":"5706567000000027","meter_type":"6841131BN243101040",\
        "meter_time":"2026-02-05T13:00:30","meter_time_status":0,"active_power_import_w":1600,\
        "active_power_export_w":0,"reactive_power_import_var":0,"reactive_power_export_var":377,\
        "current_l1_a":1.7,"current_l2_a":2.05,"current_l3_a":3.88,"voltage_l1_v":233,"voltage_l2_v":234,\
        "voltage_l3_v":236}}
        """)
  }

  @Test func `a Kaifa list 3 is shown by position, with its registers`() throws {
    let (listing, json) = try decoded(
      """
      7E A0 9A 01 02 01 10                                         ; flag, format A09A (L=154), dst, src, control
      AA A5  E6 E7 00                                              ; HCS, LLC
      0F 40 00 00 00 09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00     ; APDU, date-time with the extra 09 tag
      02 12                                                        ; structure[18]
      09 07 4B 46 4D 5F 30 30 31                                   ; list version
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 31 38        ; meter id
      09 07 4D 41 33 30 34 48 34                                   ; type
      06 00 00 10 72 06 00 00 00 00 06 00 00 00 00 06 00 00 01 84  ; P+ 4210, P- 0, Q+ 0, Q- 388
      06 00 00 3F 4C 06 00 00 04 53 06 00 00 07 F3                 ; I 16.204, 1.107, 2.035 A
      06 00 00 09 26 06 00 00 09 39 06 00 00 09 2E                 ; U 234.2, 236.1, 235.0 V
      09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00                    ; clock 2026-07-02 19:00:10
      06 01 DF 5E 76                                               ; A+ 31415.926 kWh
      06 00 00 00 00                                               ; A- 0
      06 00 29 7A 49                                               ; R+ 2718.281 kvarh
      06 00 02 28 6D                                               ; R- 141.421 kvarh
      A4 08  7E                                                    ; FCS, flag
      """)
    #expect(
      listing == """
        at 0: HDLC frame of 156 octets, destination 1, source 201, control 10
          Kaifa list 3, 3-phase, list3, type MA304H4 (3-phase 4-wire 400 V direct)
            19               date-time              2026-07-02T19:00:10                  clock of the Data-Notification
            33               octet-string                       KFM_001                  list_version_id
            42               octet-string              6970631400000018                  meter_id
            60               octet-string                       MA304H4                  meter_type
            69               double-long-unsigned                  4210          4210 W  active_power_import_w
            74               double-long-unsigned                     0             0 W  active_power_export_w
            79               double-long-unsigned                     0           0 var  reactive_power_import_var
            84               double-long-unsigned                   388         388 var  reactive_power_export_var
            89               double-long-unsigned                 16204        16.204 A  current_l1_a
            94               double-long-unsigned                  1107         1.107 A  current_l2_a
            99               double-long-unsigned                  2035         2.035 A  current_l3_a
           104               double-long-unsigned                  2342         234.2 V  voltage_l1_v
           109               double-long-unsigned                  2361         236.1 V  voltage_l2_v
           114               double-long-unsigned                  2350           235 V  voltage_l3_v
           119               octet-string           2026-07-02T19:00:10                  meter_time
           133               double-long-unsigned              31415926     31415926 Wh  active_energy_import_wh
           138               double-long-unsigned                     0            0 Wh  active_energy_export_wh
           143               double-long-unsigned               2718281    2718281 varh  reactive_energy_import_varh
           148               double-long-unsigned                141421     141421 varh  reactive_energy_export_varh

        """)
    #expect(
      json == """
        {"offset":0,"transport":"hdlc","list":"list3","encrypted":false,"checked":true,"values":{\
        "list_version_id":"KFM_001","meter_id":"6970631400000018","meter_type":"MA304H4",\
        "meter_time":"2026-07-02T19:00:10","meter_time_status":0,"active_power_import_w":4210,\
        "active_power_export_w":0,"reactive_power_import_var":0,"reactive_power_export_var":388,\
        "current_l1_a":16.204,"current_l2_a":1.107,"current_l3_a":2.035,"voltage_l1_v":234.2,"voltage_l2_v":236.1,\
        "voltage_l3_v":235,"active_energy_import_wh":31415926,"active_energy_export_wh":0,\
        "reactive_energy_import_varh":2718281,"reactive_energy_export_varh":141421}}
        """)
  }

  // MARK: - What is refused

  @Test func `a damaged frame is shown with the check that fails, and once`() throws {
    let (listing, json) = try decoded(Self.aidonList1.replacing("04 D2", with: "04 D3"))
    #expect(
      listing == """
        at 0: refused (framing): frame check sequence (FCS) is 0xF219, expected 0x6DCC
             0  7E A0 2A 41 08 83 13 04 13 E6 E7 00 0F 40 00 00
            16  00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00
            32  00 04 D3 02 02 0F 00 16 1B 19 F2

        """)
    #expect(
      json == #"{"offset":0,"reject":"frame check sequence (FCS) is 0xF219, expected 0x6DCC","stage":"framing"}"#)
  }

  @Test(arguments: [0, 1, 3])
  func `the places of a refused message count from its own flag`(framesBefore: Int) throws {
    let good = octets(Self.aidonList1)
    let bad = octets(
      """
      7E A0 2C 41 08 83 13 9C 28 E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F
      00 16 1B 00 00 53 99 7E
      """)
    let stream = Array(repeatElement(good, count: framesBefore).joined()) + bad
    let json = try decoded(stream).json.split(separator: "\n")
    #expect(json.count == framesBefore + 1)
    #expect(
      json.last.map(String.init) == """
        {"offset":\(44 * framesBefore),"reject":"octet 41: 2 trailing octets after the value","stage":"axdr"}
        """)
  }

  @Test func `the places of a shown field count from its own flag`() throws {
    let good = octets(Self.aidonList1)
    let (listing, json) = try decoded(good + [0x55, 0x55] + good)
    #expect(listing.split(separator: "\n").filter { $0.hasPrefix("    30  1-0:1.7.0 ") }.count == 2)
    #expect(json.contains(#"{"offset":46,"transport":"hdlc""#))
    #expect(json.contains(#"{"offset":44,"reject":"2 octets outside any frame","stage":"framing"}"#))
  }

  @Test func `noise alone is counted`() throws {
    let (listing, json) = try decoded("00 01 02 FF 55 AA")
    #expect(listing == "at 0: 6 octets outside any frame\n")
    #expect(json == #"{"offset":0,"reject":"6 octets outside any frame","stage":"framing"}"#)
  }

  @Test func `a frame without information is sound, and nothing to tell a program of`() throws {
    let (listing, json) = try decoded("7E A0 08 41 08 83 13 1D 65 7E")
    #expect(
      listing == "at 0: HDLC frame of 10 octets, destination 41, source 883, control 13, no information\n")
    #expect(json.isEmpty)
  }

  // MARK: - Without a frame, and in several

  @Test(arguments: [
    ("E6 E7 00 0F 40 00 00 00 00\n01 01 ; array\n", 21), ("0F 40 00 00 00 00\n01 01 ; array\n", 18),
    ("01 01 ; array\n", 12),
  ])
  func `a message without its frame is known by its beginning and marked unchecked`(start: String, place: Int) throws {
    let (listing, json) = try decoded(start + "02 03 09 06 01 00 01 07 00 FF\n06 00 00 04 D2 02 02 0F 00 16 1B")
    let count = octets(start).count + 21
    #expect(
      listing == """
        at 0: \(count) octets without a frame, unchecked
          Aidon, list1
            \(place)  1-0:1.7.0    double-long-unsigned                  1234          1234 W  active_power_import_w

        """)
    #expect(
      json == """
        {"offset":0,"transport":"dlms","list":"list1","encrypted":false,"checked":false,\
        "values":{"active_power_import_w":1234}}
        """)
  }

  @Test func `messages without frames, one a line of a capture, are all read`() throws {
    let body = "01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B"
    let (_, json) = try decoded(
      """
      2026-01-15T13:00:00.000Z \(body)
      2026-01-15T13:00:02.500Z \(body)
      2026-01-15T13:00:05.000Z \(hex(octets(Self.aidonList1)))
      """)
    #expect(json.split(separator: "\n").count == 3)
    #expect(json.contains(#"{"offset":23,"transport":"dlms""#))
    #expect(json.contains(#"{"offset":46,"transport":"hdlc""#))
  }

  @Test func `a message in two frames is shown with its second`() throws {
    let (listing, json) = try decoded(
      """
      7E A8 1E 41 08 83 13 9D CB E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 C9 CA 7E
      7E A0 16 41 08 83 13 E5 B0 FF 06 00 00 04 D2 02 02 0F 00 16 1B 22 05 7E
      """)
    #expect(
      listing == """
        at 0: HDLC frame of 32 octets, destination 41, source 883, control 13, a part of a message; more follow
        at 32: HDLC frame of 24 octets, destination 41, source 883, control 13
          Aidon, list1
            21  1-0:1.7.0    double-long-unsigned                  1234          1234 W  active_power_import_w

        """)
    #expect(
      json == """
        {"offset":32,"transport":"hdlc","list":"list1","encrypted":false,"checked":true,\
        "values":{"active_power_import_w":1234}}
        """)
  }

  @Test func `a frame whose halves came a minute apart is one frame`() throws {
    let frame = octets(Self.aidonList1)
    let (_, json) = try decoded(
      """
      2026-01-15T13:00:00.000Z \(hex(frame.prefix(20)))
      2026-01-15T13:01:00.000Z \(hex(frame.dropFirst(20)))
      """)
    #expect(json.hasPrefix(#"{"offset":0,"transport":"hdlc""#))
    #expect(json.split(separator: "\n").count == 1)
  }

  @Test func `raw octets, hex and a capture of the same frame say the same`() throws {
    let frame = octets(Self.aidonList1)
    let raw = try decoded(frame)
    #expect(try decoded(hex(frame)) == raw)
    #expect(try decoded("# a remark (of mine)\n" + hex(frame).lowercased().replacing(" ", with: "")) == raw)
    #expect(try decoded("2026-01-15T13:00:00.000Z " + hex(frame)) == raw)
  }

  @Test func `another maker's lists are refused when one is named`() throws {
    let (listing, _) = try decoded(octets(Self.aidonList1), manufacturer: .kaifa)
    #expect(listing.hasPrefix("at 0: refused (list): "))
  }
}
