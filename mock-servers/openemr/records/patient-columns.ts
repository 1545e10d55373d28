// patient_data of OpenEMR 7.0.3, sql/database.sql: every column, in its order.
export const patientColumns = `id:pk uuid title= language= financial= fname= lname= mname= DOB street= postal_code=
  city= state= country_code= drivers_license= ss= occupation phone_home= phone_biz= phone_contact= phone_cell=
  pharmacy_id:int=0 status= contact_relationship= date sex= referrer= referrerID= providerID:int ref_providerID:int
  email= email_direct= ethnoracial= race= ethnicity= religion= interpreter= migrantseasonal= family_size=
  monthly_income= billing_note homeless= financial_review pubpid= pid:int=0 genericname1= genericval1= genericname2=
  genericval2= hipaa_mail= hipaa_voice= hipaa_notice= hipaa_message= hipaa_allowsms=NO hipaa_allowemail=NO squad=
  fitness:int=0 referral_source= usertext1= usertext2= usertext3= usertext4= usertext5= usertext6= usertext7=
  usertext8= userlist1= userlist2= userlist3= userlist4= userlist5= userlist6= userlist7= pricelevel=standard regdate
  contrastart completed_ad=NO ad_reviewed vfc= mothersname= guardiansname allow_imm_reg_use= allow_imm_info_share=
  allow_health_info_ex= allow_patient_portal= deceased_date deceased_reason= soap_import_status:int cmsportal_login=
  care_team_provider care_team_facility care_team_status county= industry imm_reg_status imm_reg_stat_effdate
  publicity_code publ_code_eff_date protect_indicator prot_indi_effdate guardianrelationship guardiansex
  guardianaddress guardiancity guardianstate guardianpostalcode guardiancountry guardianphone guardianworkphone
  guardianemail sexual_orientation gender_identity birth_fname birth_lname birth_mname dupscore:int=-9 name_history
  suffix street_line_2 patient_groups prevent_portal_apps provider_since_date created_by:int updated_by:int
  preferred_name nationality_country last_updated`;
