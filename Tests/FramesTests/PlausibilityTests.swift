import Frames
import Metering
import TestSupport
import Testing

/// The second check: what a frame with right check sequences may still not say.
@Suite("Plausibility")
struct PlausibilityTests {
  static let start = UTCTime(seconds: 1_783_011_600)

  /// Kaifa list 1, `seconds` after 2026-07-02 19:00:00.
  static func list1(_ watts: UInt32, after seconds: Int, invokeID: UInt8 = 0, status: UInt8 = 0x80) -> [UInt8] {
    let clock =
      octets("07 EA 07 02 04 13") + [UInt8(seconds / 60), UInt8(seconds % 60)] + octets("FF 80 00") + [status]
    let power = (0..<4).reversed().map { UInt8(truncatingIfNeeded: watts >> ($0 * 8)) }
    return hdlcFrame(
      octets("E6 E7 00 0F 40 00 00") + [invokeID] + octets("09 0C") + clock + octets("02 01 06") + power,
      addresses: [0x01, 0x02, 0x01], control: 0x10)
  }

  /// Aidon list 1: the body alone says what it is.
  static func aidon(_ watts: UInt8, code: String = "01 00 01 07 00 FF", scaler: UInt8 = 0) -> [UInt8] {
    hdlcFrame(
      octets("E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 \(code) 06 00 00 00") + [watts] + octets("02 02 0F")
        + [scaler] + octets("16 1B"))
  }

  static let damage = octets("7E A0 27 01 02 01 10 00 00")

  /// The powers that are believed of these messages, sent 2 s apart, and why others are not.
  private func hear(
    _ messages: [[UInt8]], isOneStream: Bool = true
  ) -> (powers: [Int64?], reasons: [String]) {
    var decoder = StreamDecoder(isOneStream: isOneStream)
    var powers: [Int64?] = []
    var reasons: [String] = []
    for (index, message) in messages.enumerated() {
      decoder.append(message.span, arrival: Self.start + .seconds(2 * Int64(index)))
      while let event = decoder.next() ?? decoder.fallSilent() {
        switch event {
        case .list: powers.append(decoder.list.readings[.activePowerImport])
        case .reject(let fault) where fault.stage == .list: reasons.append(fault.reason)
        case .nothing, .noise, .reject: break
        }
      }
    }
    return (powers, reasons)
  }

  @Test("a line without damage is never doubted")
  func quiet() {
    let heard = hear([
      Self.list1(500, after: 0), Self.list1(4_000_000, after: 700), Self.aidon(7), Self.aidon(7, scaler: 2),
    ])
    #expect(heard.powers == [500, 4_000_000, 7, 700])
    #expect(heard.reasons.isEmpty)
  }

  @Test(
    "after damage what a meter cannot say is refused, and what it can is read",
    arguments: [
      (Self.list1(80_000, after: 4), nil), (Self.list1(80_001, after: 4), "cannot be"),
      (Self.list1(500, after: 124), nil), (Self.list1(500, after: 125), "clock"),
      (Self.list1(500, after: 4, status: 0x00), nil), (Self.list1(500, after: 4, status: 0x81), "clock"),
    ] as [([UInt8], String?)])
  func afterDamage(message: [UInt8], says: String?) {
    let heard = hear([Self.list1(500, after: 0), Self.damage, message, Self.list1(600, after: 6)])
    #expect(heard.powers.count == (says == nil ? 3 : 2))
    #expect(heard.powers.last == 600)
    if let says { #expect(heard.reasons.first?.contains(says) == true) }
  }

  @Test(
    "after damage fixed octets must be those of the lists before",
    arguments: ["01 00 02 07 00 FF", "01 00 01 07 00 FE", "00 00 01 07 00 FF"])
  func fixedOctets(code: String) {
    let heard = hear([Self.aidon(7), Self.damage, Self.aidon(8, code: code), Self.aidon(9)])
    #expect(heard.powers == [7, 9])
    #expect(heard.reasons.first?.contains("elements or texts") == true)
  }

  @Test("after damage another scaler is refused")
  func scaler() {
    #expect(hear([Self.aidon(7), Self.damage, Self.aidon(8, scaler: 1), Self.aidon(9)]).powers == [7, 9])
  }

  @Test("what changes and stays changed costs one list")
  func change() {
    let heard = hear([Self.aidon(7), Self.damage, Self.aidon(8, scaler: 1), Self.aidon(9, scaler: 1), Self.aidon(6)])
    #expect(heard.powers == [7, 90, 6])
  }

  @Test("an invoke id that never changed must not, and one that counts may")
  func invokeID() {
    let same = (0..<10).map { Self.list1(500, after: $0 * 2) }
    #expect(
      hear(same + [Self.damage, Self.list1(600, after: 22, invokeID: 9), Self.list1(700, after: 24)]).powers.last == 700
    )
    #expect(
      hear(same + [Self.damage, Self.list1(600, after: 22, invokeID: 9), Self.list1(700, after: 24)]).powers.count == 11
    )
    let counting = (0..<10).map { Self.list1(500, after: $0 * 2, invokeID: UInt8($0)) }
    #expect(hear(counting + [Self.damage, Self.list1(600, after: 22, invokeID: 10)]).powers.last == 600)
  }

  @Test("an hour earlier or later is the clock change, and no more than that")
  func summerTime() {
    func at(_ hour: UInt8) -> [UInt8] {
      hdlcFrame(
        octets("E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04") + [hour]
          + octets("00 04 FF 80 00 80 02 01 06 00 00 01 F4"),
        addresses: [0x01, 0x02, 0x01], control: 0x10)
    }
    for (hour, count) in [(18, 2), (20, 2), (21, 1), (17, 1)] as [(UInt8, Int)] {
      #expect(hear([Self.list1(500, after: 0), Self.damage, at(hour)]).powers.count == count, "\(hour)")
    }
  }

  @Test("registers neither fall nor leap")
  func registers() {
    let fixture = Fixture.kaifaList3ThreePhase
    func with(_ register: UInt32) -> [UInt8] {
      // Active energy import stands 20 octets before the end of the information.
      var information = fixture.information
      let place = information.count - 19
      for index in 0..<4 {
        information[place + index] = UInt8(truncatingIfNeeded: register >> (24 - 8 * UInt32(index)))
      }
      return hdlcFrame(information, addresses: [0x01, 0x02, 0x01], control: 0x10)
    }
    let before = UInt32(fixture.expected.readings[.activeEnergyImport] ?? 0)
    func count(_ register: UInt32) -> Int { hear([fixture.octets, Self.damage, with(register)]).powers.count }
    #expect(count(before) == 2)
    #expect(count(before - 1) == 1)
    #expect(count(before + 160_000) == 2)
    #expect(count(before + 160_001) == 1)
  }

  @Test("after damage a frame that is not closed by a flag is refused, and the one that it ate into is read")
  func notClosed() {
    // Its end is lost, and the octets of the next make up its length; its FCS is made right.
    let next = Self.list1(700, after: 6)
    let length = next.count - 1
    var chimera = Array((Self.list1(600, after: 4).prefix(20) + next).prefix(length - 2))
    let check = crcX25(chimera[1...])
    chimera += [UInt8(check & 0xFF), UInt8(check >> 8)]
    let eaten = length - 20
    let stream = chimera + next.dropFirst(eaten)
    // Nothing of the next is changed but for the two octets of the check, so give it whole behind them.
    let heard = hear([Self.list1(500, after: 0), Self.damage, stream, next])
    #expect(heard.powers == [500, 700])
  }

  @Test("after damage a frame without its closing flag is read when the line falls silent")
  func flagLost() {
    #expect(
      hear([Self.list1(500, after: 0), Self.damage, Array(Self.list1(600, after: 4).dropLast())]).powers == [500, 600])
  }

  @Test("a decoder for messages of many meters doubts nothing")
  func switchedOff() {
    #expect(hear([Self.aidon(7), Self.damage, Self.aidon(8, scaler: 1)], isOneStream: false).powers == [7, 80])
  }
}
