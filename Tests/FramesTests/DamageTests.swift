import Frames
import TestSupport
import Testing

/// One damaged frame between two sound ones: it may be lost, its neighbours may not, and nothing false may be read.
///
/// Exhaustive, not sampled: each octet and each bit of each fixture, with flags of its own and with shared ones.
@Suite("Damage")
struct DamageTests {
  static let before = Fixture.kaifaList1FlagInside
  static let after = Fixture.aidonList1

  /// Puts `frame` between its neighbours and hears what comes out.
  ///
  /// - Parameters:
  ///   - frame: the damaged octets, flags included.
  ///   - sharesFlags: the neighbours do not send flags of their own towards `frame`.
  private func hear(_ frame: [UInt8], sharesFlags: Bool) -> Heard {
    let before = Self.before.octets.dropLast(sharesFlags ? 1 : 0)
    let after = Self.after.octets.dropFirst(sharesFlags ? 1 : 0)
    return Heard(before + frame + after)
  }

  /// Records an issue unless the neighbours are there and what stands between them is the truth or nothing.
  private func expectNeighbours(
    _ fixture: Fixture, damagedTo frame: [UInt8], sharesFlags: Bool, mayBeRead: Bool = true, hitsFlag: Bool = false,
    _ what: @autoclosure () -> String
  ) {
    let readings = hear(frame, sharesFlags: sharesFlags).readings
    let without = [Self.before.expected, Self.after.expected]
    let with = [Self.before.expected, fixture.expected, Self.after.expected]
    if readings == without || (mayBeRead && readings == with) { return }
    if sharesFlags, hitsFlag {
      // The flag was the neighbour's too: one of the two frames at it may go, besides this one.
      let left = [with, without].flatMap { all in
        all.indices.map { gone in all.indices.filter { $0 != gone }.map { all[$0] } }
      }
      if left.contains(readings) { return }
    }
    Issue.record("\(what()), \(sharesFlags ? "shared" : "own") flags: \(readings.count) readings")
  }

  @Test("a sound frame between sound frames is read", arguments: Fixture.all)
  func sound(fixture: Fixture) {
    for sharesFlags in [false, true] {
      let readings = hear(fixture.octets, sharesFlags: sharesFlags).readings
      #expect(readings == [Self.before.expected, fixture.expected, Self.after.expected])
    }
  }

  @Test("every single flipped bit costs at most its frame", arguments: Fixture.all)
  func flippedBit(fixture: Fixture) {
    for place in fixture.octets.indices {
      let isFlag = place == 0 || place == fixture.octets.count - 1
      for bit in 0..<8 {
        var frame = fixture.octets
        frame[place] ^= 1 << UInt8(bit)
        for sharesFlags in [false, true] {
          // Both checks find every single bit: only a hit flag may leave the frame readable.
          expectNeighbours(
            fixture, damagedTo: frame, sharesFlags: sharesFlags, mayBeRead: isFlag, hitsFlag: isFlag,
            "bit \(bit) of octet \(place)")
        }
      }
    }
  }

  @Test("every lost octet costs at most its frame", arguments: Fixture.all)
  func lostOctet(fixture: Fixture) {
    for place in fixture.octets.indices {
      var frame = fixture.octets
      frame.remove(at: place)
      let isFlag = place == 0 || place == fixture.octets.count - 1
      for sharesFlags in [false, true] {
        expectNeighbours(
          fixture, damagedTo: frame, sharesFlags: sharesFlags, mayBeRead: isFlag, hitsFlag: isFlag,
          "octet \(place) lost")
      }
    }
  }

  @Test("every inserted octet costs at most its frame", arguments: Fixture.all)
  func insertedOctet(fixture: Fixture) {
    for place in 0...fixture.octets.count {
      for octet in [0x7E, 0x00, 0xA0] as [UInt8] {
        var frame = fixture.octets
        frame.insert(octet, at: place)
        // At either end the octet lies outside the frame, and against the flags it may be a flag itself.
        let isOutside = place <= 1 || place >= fixture.octets.count - 1
        for sharesFlags in [false, true] {
          expectNeighbours(
            fixture, damagedTo: frame, sharesFlags: sharesFlags, mayBeRead: isOutside, hitsFlag: isOutside,
            "\(hex([octet])) inserted at \(place)")
        }
      }
    }
  }

  @Test("every proper prefix of a frame costs no other", arguments: Fixture.all)
  func prefix(fixture: Fixture) {
    for length in 0..<fixture.octets.count {
      let heard = Heard(Self.before.octets + fixture.octets.prefix(length) + Self.after.octets)
      let isWhole = length == fixture.octets.count - 1
      let expected =
        isWhole
        ? [Self.before.expected, fixture.expected, Self.after.expected] : [Self.before.expected, Self.after.expected]
      if heard.readings != expected { Issue.record("the first \(length) octets: \(heard.readings.count) readings") }
    }
  }

  @Test("every proper prefix of a frame, and then silence, gives no reading", arguments: Fixture.all)
  func prefixAlone(fixture: Fixture) {
    for length in 0..<(fixture.octets.count - 1) {
      let heard = Heard(Array(fixture.octets.prefix(length)))
      if !heard.readings.isEmpty { Issue.record("the first \(length) octets gave a reading") }
    }
  }

  @Test("one damaged frame among two hundred costs that one", arguments: 1...41)
  func amongMany(place: Int) {
    let sound = Fixture.kaifaList1.octets
    var damaged = sound
    damaged[place - 1] ^= 0x10
    let many = damaged + Array(repeatElement(sound, count: 199).joined())
    #expect(Heard(many).readings.count >= 199)
  }
}
