/// Takes out of a text what tells whose meter it is, so that it can be shown to strangers.
enum Masking {
  /// Of six and more digits in a row the first four are kept: they name the maker (as `decode --report` does).
  static func numbers(_ text: String) -> String {
    var masked = ""
    var run = ""
    func close() {
      masked += run.count >= 6 ? run.prefix(4) + String(repeating: "x", count: run.count - 4) : run[...]
      run = ""
    }
    for character in text {
      if character.isASCII, character.isNumber {
        run.append(character)
      } else {
        close()
        masked.append(character)
      }
    }
    close()
    return masked
  }

  /// A name of `/dev/serial/by-id` without the serial number in it: `usb-FTDI_FT232R_USB_UART_A5xxxxxx-if00-port0`.
  ///
  /// The number is the last word before `-if`. A word is taken for one if it has a digit, or is in capitals and long; `Serial`
  /// of an adapter that has no number is none.
  static func portName(_ name: String) -> String {
    guard let end = ["-if", "-port"].compactMap({ name.firstRange(of: $0)?.lowerBound }).min() else {
      return numbers(name)
    }
    let head = name[..<end]
    guard let mark = head.lastIndex(of: "_") else { return numbers(name) }
    let word = head[head.index(after: mark)...]
    let isNumber = word.contains(where: \.isNumber) || word.count >= 6 && word.allSatisfy(\.isUppercase)
    guard isNumber else { return name }
    let masked = word.prefix(2) + String(repeating: "x", count: max(0, word.count - 2))
    return String(head[...mark] + masked + name[end...])
  }
}
