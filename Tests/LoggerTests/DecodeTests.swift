import Foundation
import Frames
import Metering
import Simulator
import TestSupport
import Testing

@testable import Logger

/// What `decode` prints for a text or octets that lie in a file.
private func decoded(
  _ content: some DataProtocol, manufacturer: Manufacturer = .auto
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

@Suite struct Scratch {
  @Test func dump() throws {
    for (name, text) in Example.all {
      let d = try decoded(Array(text.utf8))
      print("=== \(name)\n\(d.listing)---\n\(d.json)")
    }
  }
}

enum Example {
  static let aidonList1 = """
    7E A0 2A 41 08 83 13                                            ; flag, format A02A (L=42), dst, src, control
    04 13  E6 E7 00                                                 ; HCS, LLC
    0F 40 00 00 00 00                                               ; Data-Notification, no date-time
    01 01                                                           ; array[1]
    02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B  ; P+ 1234 W
    19 F2  7E                                                       ; FCS, flag
    """
  static let kamstrup = """
    7E A0 E2 2B 21 13 23 9A E6 E7 00 0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00 02 19 0A 0E 4B 61 6D
    73 74 72 75 70 5F 56 30 30 30 31 09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 32
    37 09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30 09 06 01 01 01 07 00
    FF 06 00 00 06 40 09 06 01 01 02 07 00 FF 06 00 00 00 00 09 06 01 01 03 07 00 FF 06 00 00 00 00 09 06 01 01
    04 07 00 FF 06 00 00 01 79 09 06 01 01 1F 07 00 FF 06 00 00 00 AA 09 06 01 01 33 07 00 FF 06 00 00 00 CD 09
    06 01 01 47 07 00 FF 06 00 00 01 84 09 06 01 01 20 07 00 FF 12 00 E9 09 06 01 01 34 07 00 FF 12 00 EA 09 06
    01 01 48 07 00 FF 12 00 EC 3A 94 7E
    """
  static let kaifaList3 = """
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
    """
  static let all = [
    ("aidon", aidonList1), ("kamstrup", kamstrup), ("kaifa", kaifaList3),
    ("damaged", aidonList1.replacing("04 D2", with: "04 D3")),
    ("cut", String(aidonList1.prefix(100))),
    (
      "llc", "E6 E7 00 0F 40 00 00 00 00\n01 01 ; array\n02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B"
    ),
    ("apdu", "0F 40 00 00 00 00\n01 01 ; array\n02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B"),
    ("body", "01 01 ; array\n02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B"),
    (
      "segmented",
      "7E A8 1E 41 08 83 13 9D CB E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 C9 CA 7E\n7E A0 16 41 08 83 13 E5 B0 FF 06 00 00 04 D2 02 02 0F 00 16 1B 22 05 7E"
    ),
    ("noise", "00 01 02 FF 55 AA"),
    (
      "trailing",
      "7E A0 2C 41 08 83 13 9C 28 E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B 00 00 53 99 7E"
    ),
    ("empty", "7E A0 08 41 08 83 13 1D 65 7E"),
  ]
}
