import Frames
import Metering
import Simulator

/// Damaged frames between sound ones: how many pass the checks of the frame, what refuses them then, and what is left.
struct DamageTable {
  let count: Int
  let seed: UInt64

  private static let meters = [
    "kamstrup-tn", "kamstrup-1p-nulls", "kaifa-tn", "kaifa-1p", "aidon-tn", "aidon-it", "lg-it",
  ]
  /// Messages of a meter before it begins anew, with a decoder that knows nothing of it.
  private static let series = 4000

  func print() -> Bool {
    let plain = run(count: count, mendsCheck: false)
    show("Damaged frames: \(plain.damaged), between as many sound ones of \(DamageTable.meters.count) meters", plain)
    let mended = run(count: count / 4, mendsCheck: true)
    show("The same with their frame check made right, so that all of them pass it: \(mended.damaged)", mended)
    let share = Double(mended.wrong) / Double(max(1, mended.damaged)) / 65_536
    Swift.print(
      "  so one damaged frame in \(share > 0 ? "\(Int(1 / share))" : "more than \(mended.damaged * 65_536)") gives a wrong reading"
    )
    Swift.print("")
    return plain.wrong == 0 && plain.lost == 0 && mended.lost == 0
  }

  private func show(_ title: String, _ result: Result) {
    Swift.print(title)
    Swift.print("  refused by the checks of the frame  \(result.damaged - result.passed)")
    Swift.print("  passed them                         \(result.passed)")
    for (reason, count) in result.reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Swift.print("    \(reason.padded(to: 34))\(count)")
    }
    Swift.print("  wrong readings                      \(result.wrong)")
    for (reason, count) in result.wrongs.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Swift.print("    \(reason.padded(to: 34))\(count)")
    }
    Swift.print("  sound frames lost                   \(result.lost)")
  }

  struct Result {
    var damaged = 0
    var passed = 0
    var reasons: [String: Int] = [:]
    var wrong = 0
    var wrongs: [String: Int] = [:]
    var lost = 0
  }

  private func run(count: Int, mendsCheck: Bool) -> Result {
    var result = Result()
    var random = SplitMix64(seed: seed, purpose: mendsCheck ? 21 : 20)
    let meters = DamageTable.meters.enumerated().map { index, name in
      Sender.messages(model(name), count: DamageTable.series, seed: seed + UInt64(index))
    }
    while result.damaged < count {
      for messages in meters where result.damaged < count {
        play(messages, mendsCheck: mendsCheck, &random, &result)
      }
    }
    return result
  }

  private func play(_ messages: [Sent], mendsCheck: Bool, _ random: inout SplitMix64, _ result: inout Result) {
    var decoder = StreamDecoder()
    for (index, (message, next)) in zip(messages, messages.dropFirst()).enumerated() {
      let isDamaged = index > 8 && index % 2 == 1
      if isDamaged {
        result.damaged += 1
        let kind = Damage.allCases[Int(random.next(in: 0...Int64(Damage.allCases.count - 1)))]
        let header = message.octets.prefixOfHeader
        var octets = kind.apply(to: message.octets, in: header..<(message.octets.count - 3), &random)
        if mendsCheck {
          // The receiver takes as many octets as the length claims, from what follows if need be.
          let end = message.octets.count - 1
          while octets.count <= end { octets += next.octets }
          octets.removeSubrange((end + 1)...)
          mendCheck(&octets, before: end)
        }
        let isSame = octets == message.octets
        // An octet of noise, so that the line counts as a bad one.
        if mendsCheck { decoder.append([0].span, arrival: message.time) }
        let before = decoder
        decoder.append(octets.span, arrival: message.time)
        drain(&decoder) { event, decoder in
          switch event {
          case .list:
            result.passed += 1
            if kind == .burst, decoder.list.kind == .list1, decoder.list.maker == .kaifa,
              Truth(decoder.list).clock != message.truth.clock, result.wrong < 20
            {
              Swift.print(decoder.list.clock as Any, message.truth.clock as Any)
            }
            let truth = Truth(decoder.list)
            if truth == message.truth {
              result.reasons[isSame ? "not damaged after all" : "damaged where nothing is read", default: 0] += 1
            } else {
              result.wrong += 1
              result.wrongs[
                "\(decoder.list.maker) \(decoder.list.kind), \(truth.difference(from: message.truth)) by \(kind)",
                default: 0] += 1
            }
          case .reject(let fault) where fault.stage != .framing:
            result.passed += 1
            result.reasons["\(fault.kind)", default: 0] += 1
          case .nothing, .noise, .reject: break
          }
        }
        // So many of them do not pass in a row: the next is to be judged by sound ones alone.
        if mendsCheck { decoder = before }
      } else {
        decoder.append(message.octets.span, arrival: message.time)
        var isRead = false
        drain(&decoder) { event, decoder in
          guard case .list = event else {
            if case .reject(let fault) = event, fault.stage != .framing {
              result.reasons["(sound) \(fault.stage): \(fault.kind)", default: 0] += 1
            }
            return
          }
          if Truth(decoder.list) == message.truth { isRead = true } else { result.wrong += 1 }
        }
        if !isRead { result.lost += 1 }
      }
    }
  }

  /// Each burst is followed by silence.
  private func drain(_ decoder: inout StreamDecoder, _ take: (StreamDecoder.Event, StreamDecoder) -> Void) {
    while let event = decoder.next() { take(event, decoder) }
    while let event = decoder.fallSilent() { take(event, decoder) }
  }

  private func mendCheck(_ octets: inout [UInt8], before end: Int) {
    var crc: UInt16 = 0xFFFF
    for octet in octets[1..<(end - 2)] {
      crc ^= UInt16(octet)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x8408 : crc >> 1 }
    }
    octets[end - 2] = UInt8(truncatingIfNeeded: ~crc)
    octets[end - 1] = UInt8(truncatingIfNeeded: ~crc >> 8)
  }

  private func model(_ name: String) -> MeterModel {
    do { return try MeterModel.named(name) } catch { fatalError("\(error)") }
  }
}

extension [UInt8] {
  /// Flag, format, two addresses, control, HCS.
  fileprivate var prefixOfHeader: Int {
    var place = 3
    for _ in 0..<2 {
      while self[place] & 1 == 0 { place += 1 }
      place += 1
    }
    return place + 3
  }
}

extension StreamDecoder.Fault {
  /// The reason without its figures.
  fileprivate var kind: String {
    guard stage == .list, reason.hasPrefix("the checks hold") else { return "structure" }
    return String(reason.suffix(30).filter { !$0.isNumber })
  }
}

extension Truth {
  fileprivate func difference(from truth: Truth) -> String {
    var parts: [String] = []
    if meter != truth.meter { parts.append("meter") }
    if clock != truth.clock { parts.append("clock") }
    let other = Quantity.allCases.filter { readings[$0] != truth.readings[$0] }
    if other.contains(where: { readings[$0] == nil }) { parts.append("lacking") }
    if other.contains(where: { readings[$0] != nil }) { parts.append("values") }
    return parts.joined(separator: "+")
  }
}
