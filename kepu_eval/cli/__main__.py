from kepu_eval.cli import main

main()
