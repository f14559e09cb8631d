#!/bin/sh
# A stand-in for wdm-clang-tidy: answers the questions of wdm-lint, and on a file does
# what the file's name says.
yaml=
for word in "$@"; do
  case $word in
    --list-checks) printf 'Enabled checks:\n    wdm-io-set-completion-routine-ex\n'; exit 0 ;;
    --dump-config | --verify-config | --version) exit 0 ;;
    --export-fixes=*) yaml=${word#--export-fixes=} ;;
  esac
  file=$word
done
case $file in
  *crash*) kill -SEGV $$ ;;
  *hang*) sleep 60 ;;
  *garbage*) echo 'no: [yaml' > "$yaml" ;;
  *foreign*) printf -- '---\nfoo: bar\n...\n' > "$yaml" ;;
  *status*) echo 'something is wrong' >&2; exit 3 ;;
  *)
    cat > "$yaml" <<END
---
MainSourceFile: '$file'
Diagnostics:
  - DiagnosticName: wdm-io-set-completion-routine-ex
    DiagnosticMessage:
      Message: 'found in the file'
      FilePath: '$file'
      FileOffset: 4
      Replacements: []
    Level: Warning
    BuildDirectory: '$PWD'
...
END
    ;;
esac
